"""Roles and policies."""

from typing import Any

from emulator.cloudformation.resource_type import Properties, ResourceType, chosen


class Role(ResourceType):
    """A role with its inline and attached policies."""

    name = "AWS::IAM::Role"
    properties = frozenset(
        {
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies",
            "RoleName",
            "Tags",
        }
    )
    immutable = frozenset({"Path", "RoleName"})
    attributes = frozenset({"Arn", "RoleId"})

    def create(self, properties: Properties) -> str:
        name = properties.get("RoleName") or self.place.generated_name()
        self.place.call(
            "iam",
            "create_role",
            **{
                **chosen(
                    properties,
                    "AssumeRolePolicyDocument",
                    "Description",
                    "MaxSessionDuration",
                    "Path",
                    "PermissionsBoundary",
                    "Tags",
                ),
                "RoleName": name,
            },
        )
        self._set_policies(name, properties, {})
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.place.call(
            "iam",
            "update_assume_role_policy",
            RoleName=physical_id,
            PolicyDocument=properties["AssumeRolePolicyDocument"],
        )
        self.place.call(
            "iam",
            "update_role",
            RoleName=physical_id,
            **{"Description": "", **chosen(properties, "Description", "MaxSessionDuration")},
        )
        if boundary := properties.get("PermissionsBoundary"):
            self.place.call(
                "iam",
                "put_role_permissions_boundary",
                RoleName=physical_id,
                PermissionsBoundary=boundary,
            )
        elif "PermissionsBoundary" in previous:
            self.place.call("iam", "delete_role_permissions_boundary", RoleName=physical_id)
        self._set_tags(physical_id, properties, previous)
        self._set_policies(physical_id, properties, previous)

    def delete(self, physical_id: str, properties: Properties) -> None:
        iam = self.place.client("iam")
        try:
            attached = iam.list_attached_role_policies(RoleName=physical_id)["AttachedPolicies"]
            for policy in attached:
                iam.detach_role_policy(RoleName=physical_id, PolicyArn=policy["PolicyArn"])
            for name in iam.list_role_policies(RoleName=physical_id)["PolicyNames"]:
                iam.delete_role_policy(RoleName=physical_id, PolicyName=name)
            iam.delete_role(RoleName=physical_id)
        except iam.exceptions.NoSuchEntityException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        role = self.place.call("iam", "get_role", RoleName=physical_id)["Role"]
        return str(role[name])

    def _set_policies(self, role: str, properties: Properties, previous: Properties) -> None:
        new, old = _inline(properties), _inline(previous)
        for name in old.keys() - new.keys():
            self.place.call("iam", "delete_role_policy", RoleName=role, PolicyName=name)
        for name, document in new.items():
            self.place.call(
                "iam",
                "put_role_policy",
                RoleName=role,
                PolicyName=name,
                PolicyDocument=document,
            )
        wanted = set(properties.get("ManagedPolicyArns", []))
        attached = set(previous.get("ManagedPolicyArns", []))
        for arn in sorted(attached - wanted):
            self.place.call("iam", "detach_role_policy", RoleName=role, PolicyArn=arn)
        for arn in sorted(wanted - attached):
            self.place.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)

    def _set_tags(self, role: str, properties: Properties, previous: Properties) -> None:
        new = {tag["Key"] for tag in properties.get("Tags", [])}
        gone = [tag["Key"] for tag in previous.get("Tags", []) if tag["Key"] not in new]
        if gone:
            self.place.call("iam", "untag_role", RoleName=role, TagKeys=gone)
        if new:
            self.place.call("iam", "tag_role", RoleName=role, Tags=properties["Tags"])


class Policy(ResourceType):
    """An inline policy of one or more roles."""

    name = "AWS::IAM::Policy"
    properties = frozenset({"PolicyDocument", "PolicyName", "Roles"})
    immutable = frozenset({"PolicyName"})

    def create(self, properties: Properties) -> str:
        self.update(properties["PolicyName"], properties, {})
        return str(properties["PolicyName"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        for role in set(previous.get("Roles", [])) - set(properties["Roles"]):
            self._remove(role, properties)
        for role in properties["Roles"]:
            self.place.call(
                "iam",
                "put_role_policy",
                RoleName=role,
                PolicyName=properties["PolicyName"],
                PolicyDocument=properties["PolicyDocument"],
            )

    def delete(self, physical_id: str, properties: Properties) -> None:
        for role in properties["Roles"]:
            self._remove(role, properties)

    def _remove(self, role: str, properties: Properties) -> None:
        iam = self.place.client("iam")
        try:
            iam.delete_role_policy(RoleName=role, PolicyName=properties["PolicyName"])
        except iam.exceptions.NoSuchEntityException:
            return


class ManagedPolicy(ResourceType):
    """A policy of its own, attached to roles."""

    name = "AWS::IAM::ManagedPolicy"
    properties = frozenset({"Description", "ManagedPolicyName", "Path", "PolicyDocument", "Roles"})
    immutable = frozenset({"Description", "ManagedPolicyName", "Path"})
    attributes = frozenset({"PolicyArn"})

    def create(self, properties: Properties) -> str:
        name = properties.get("ManagedPolicyName") or self.place.generated_name(128)
        made = self.place.call(
            "iam",
            "create_policy",
            PolicyName=name,
            **chosen(properties, "Description", "Path", "PolicyDocument"),
        )
        arn = str(made["Policy"]["Arn"])
        self._attach(arn, properties, {})
        return arn

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        if properties["PolicyDocument"] != previous["PolicyDocument"]:
            self.place.call(
                "iam",
                "create_policy_version",
                PolicyArn=physical_id,
                PolicyDocument=properties["PolicyDocument"],
                SetAsDefault=True,
            )
        self._attach(physical_id, properties, previous)

    def delete(self, physical_id: str, properties: Properties) -> None:
        iam = self.place.client("iam")
        try:
            self._attach(physical_id, {}, properties)
            for version in iam.list_policy_versions(PolicyArn=physical_id)["Versions"]:
                if not version["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=physical_id, VersionId=version["VersionId"])
            iam.delete_policy(PolicyArn=physical_id)
        except iam.exceptions.NoSuchEntityException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return physical_id

    def _attach(self, arn: str, properties: Properties, previous: Properties) -> None:
        wanted, attached = set(properties.get("Roles", [])), set(previous.get("Roles", []))
        for role in sorted(attached - wanted):
            self.place.call("iam", "detach_role_policy", RoleName=role, PolicyArn=arn)
        for role in sorted(wanted - attached):
            self.place.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)


def _inline(properties: Properties) -> dict[str, Any]:
    policies = properties.get("Policies", [])
    return {policy["PolicyName"]: policy["PolicyDocument"] for policy in policies}


RESOURCE_TYPES = (Role, Policy, ManagedPolicy)
