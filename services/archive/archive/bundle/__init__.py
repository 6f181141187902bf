"""The proof bundle: everything an auditor needs, with the script that checks it."""
