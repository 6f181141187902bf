"""The whole archive as a folder that another installation takes in: rows as JSON, bytes by their digest."""
