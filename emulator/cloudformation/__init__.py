"""CloudFormation for the local cloud: every resource is made through its service's own API.

moto has CloudFormation too, but drops what it does not know (resource types, properties, failed
conditions on parameters) and neither rolls back nor deletes in order. A template that deploys
here without the properties it names would prove nothing, so what is not supported fails by name.
"""
