"""The ports on AWS, a service a module. Nothing outside of here knows AWS's calls and errors."""
