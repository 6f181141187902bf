"""What the containers of one machine need before they start: keys, certificates, the gateway's file, buckets."""
