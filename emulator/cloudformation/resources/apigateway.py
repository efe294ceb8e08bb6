"""REST APIs: resources, methods, stages and what surrounds them."""

from typing import Any, Final

from emulator.cloudformation.errors import ResourceError
from emulator.cloudformation.resource_type import (
    Properties,
    ResourceType,
    chosen,
    lower_camel,
    tag_map,
)

_METHOD_SETTINGS: Final = {
    "CacheDataEncrypted": "caching/dataEncrypted",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "CachingEnabled": "caching/enabled",
    "DataTraceEnabled": "logging/dataTrace",
    "LoggingLevel": "logging/loglevel",
    "MetricsEnabled": "metrics/enabled",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
}


class ApiGatewayResource(ResourceType):
    """What the types of API Gateway have in common."""

    def call(self, operation: str, **parameters: Any) -> Any:
        """Calls API Gateway; what is None is left out."""
        given = {key: value for key, value in parameters.items() if value is not None}
        return self.place.call("apigateway", operation, **given)

    def remove(self, operation: str, **parameters: Any) -> None:
        """Calls a deletion; that there is nothing to delete is no error."""
        client = self.place.client("apigateway")
        try:
            self.call(operation, **parameters)
        except client.exceptions.NotFoundException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return physical_id


class RestApi(ApiGatewayResource):
    """A REST API."""

    name = "AWS::ApiGateway::RestApi"
    properties = frozenset(
        {
            "ApiKeySourceType",
            "BinaryMediaTypes",
            "Description",
            "DisableExecuteApiEndpoint",
            "EndpointConfiguration",
            "MinimumCompressionSize",
            "Name",
            "Policy",
            "Tags",
        }
    )
    immutable = properties - {"Description", "DisableExecuteApiEndpoint", "Name", "Policy"}
    attributes = frozenset({"RestApiId", "RootResourceId"})

    def create(self, properties: Properties) -> str:
        made = self.call(
            "create_rest_api",
            name=properties.get("Name") or self.place.generated_name(),
            description=properties.get("Description"),
            apiKeySource=properties.get("ApiKeySourceType"),
            binaryMediaTypes=properties.get("BinaryMediaTypes"),
            disableExecuteApiEndpoint=properties.get("DisableExecuteApiEndpoint"),
            endpointConfiguration=lower_camel(properties.get("EndpointConfiguration")),
            minimumCompressionSize=properties.get("MinimumCompressionSize"),
            policy=properties.get("Policy"),
            tags=tag_map(properties),
        )
        return str(made["id"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        changes = [
            {"op": "replace", "path": f"/{path}", "value": properties.get(key, "")}
            for key, path in (
                ("Description", "description"),
                ("DisableExecuteApiEndpoint", "disableExecuteApiEndpoint"),
                ("Name", "name"),
                ("Policy", "policy"),
            )
            if properties.get(key) != previous.get(key)
        ]
        self.call("update_rest_api", restApiId=physical_id, patchOperations=changes)

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.remove("delete_rest_api", restApiId=physical_id)

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        if name == "RestApiId":
            return physical_id
        found = self.call("get_resources", restApiId=physical_id)["items"]
        return next(str(item["id"]) for item in found if item["path"] == "/")


class Resource(ApiGatewayResource):
    """One segment of a path."""

    name = "AWS::ApiGateway::Resource"
    properties = frozenset({"ParentId", "PathPart", "RestApiId"})
    attributes = frozenset({"ResourceId"})

    def create(self, properties: Properties) -> str:
        made = self.call(
            "create_resource",
            restApiId=properties["RestApiId"],
            parentId=properties["ParentId"],
            pathPart=properties["PathPart"],
        )
        return str(made["id"])

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.remove("delete_resource", restApiId=properties["RestApiId"], resourceId=physical_id)


class Method(ApiGatewayResource):
    """What a path does for one HTTP method."""

    name = "AWS::ApiGateway::Method"
    properties = frozenset(
        {
            "ApiKeyRequired",
            "AuthorizationScopes",
            "AuthorizationType",
            "AuthorizerId",
            "HttpMethod",
            "Integration",
            "MethodResponses",
            "OperationName",
            "RequestModels",
            "RequestParameters",
            "RequestValidatorId",
            "ResourceId",
            "RestApiId",
        }
    )
    immutable = frozenset({"HttpMethod", "ResourceId", "RestApiId"})

    def create(self, properties: Properties) -> str:
        where = _where(properties)
        self.call(
            "put_method",
            **where,
            authorizationType=properties.get("AuthorizationType", "NONE"),
            **lower_camel(
                chosen(
                    properties,
                    "ApiKeyRequired",
                    "AuthorizationScopes",
                    "AuthorizerId",
                    "OperationName",
                    "RequestModels",
                    "RequestParameters",
                    "RequestValidatorId",
                )
            ),
        )
        for response in properties.get("MethodResponses", []):
            self.call("put_method_response", **where, **lower_camel(response))
        if integration := properties.get("Integration"):
            self._integrate(where, dict(integration))
        return "|".join(where.values())

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.delete(physical_id, previous)
        self.create(properties)

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.remove("delete_method", **_where(properties))

    def _integrate(self, where: dict[str, str], integration: dict[str, Any]) -> None:
        if integration["Type"] != "AWS_PROXY":
            raise ResourceError(f"{integration['Type']} integrations are not served here")
        responses = integration.pop("IntegrationResponses", [])
        self.call(
            "put_integration",
            **where,
            integrationHttpMethod=integration.pop("IntegrationHttpMethod", None),
            **lower_camel(integration),
        )
        for response in responses:
            self.call("put_integration_response", **where, **lower_camel(response))


class Deployment(ApiGatewayResource):
    """A snapshot of an API that stages can serve."""

    name = "AWS::ApiGateway::Deployment"
    properties = frozenset({"Description", "RestApiId"})
    immutable = frozenset({"RestApiId"})
    attributes = frozenset({"DeploymentId"})

    def create(self, properties: Properties) -> str:
        made = self.call(
            "create_deployment",
            restApiId=properties["RestApiId"],
            description=properties.get("Description"),
        )
        return str(made["id"])

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.remove(
            "delete_deployment", restApiId=properties["RestApiId"], deploymentId=physical_id
        )


class Stage(ApiGatewayResource):
    """The name in the URL under which a deployment is served."""

    name = "AWS::ApiGateway::Stage"
    properties = frozenset(
        {
            "AccessLogSetting",
            "DeploymentId",
            "Description",
            "MethodSettings",
            "RestApiId",
            "StageName",
            "Tags",
            "TracingEnabled",
            "Variables",
        }
    )
    immutable = frozenset({"RestApiId", "StageName", "Tags"})

    def create(self, properties: Properties) -> str:
        name = properties["StageName"]
        self.call(
            "create_stage",
            restApiId=properties["RestApiId"],
            stageName=name,
            deploymentId=properties["DeploymentId"],
            description=properties.get("Description"),
            tracingEnabled=properties.get("TracingEnabled"),
            variables=properties.get("Variables"),
            tags=tag_map(properties),
        )
        self.update(name, properties, chosen(properties, "DeploymentId", "Description"))
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        settings = {
            "/deploymentId": properties["DeploymentId"],
            "/description": properties.get("Description", ""),
            "/tracingEnabled": properties.get("TracingEnabled", False),
            **{f"/variables/{key}": item for key, item in properties.get("Variables", {}).items()},
            **_method_settings(properties),
        }
        access_log = properties.get("AccessLogSetting", {})
        for key, item in lower_camel(access_log).items():
            settings[f"/accessLogSettings/{key}"] = item
        changes = [
            {"op": "replace", "path": path, "value": item} for path, item in settings.items()
        ]
        gone = previous.get("Variables", {}).keys() - properties.get("Variables", {}).keys()
        changes += [{"op": "remove", "path": f"/variables/{key}"} for key in sorted(gone)]
        if "AccessLogSetting" in previous and not access_log:
            changes.append({"op": "remove", "path": "/accessLogSettings"})
        self.call(
            "update_stage",
            restApiId=properties["RestApiId"],
            stageName=physical_id,
            patchOperations=changes,
        )

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.remove("delete_stage", restApiId=properties["RestApiId"], stageName=physical_id)


class Account(ApiGatewayResource):
    """The role with which API Gateway writes logs; one for the whole account, so it stays."""

    name = "AWS::ApiGateway::Account"
    properties = frozenset({"CloudWatchRoleArn"})

    def create(self, properties: Properties) -> str:
        self.update("", properties, {})
        return self.place.generated_name()

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        role = properties.get("CloudWatchRoleArn", "")
        change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
        self.call("update_account", patchOperations=[change])

    def delete(self, physical_id: str, properties: Properties) -> None:
        pass


class GatewayResponse(ApiGatewayResource):
    """What API Gateway answers by itself when something goes wrong before the integration."""

    name = "AWS::ApiGateway::GatewayResponse"
    properties = frozenset(
        {"ResponseParameters", "ResponseTemplates", "ResponseType", "RestApiId", "StatusCode"}
    )
    immutable = frozenset({"ResponseType", "RestApiId"})
    attributes = frozenset({"Id"})

    def create(self, properties: Properties) -> str:
        self.call("put_gateway_response", **lower_camel(dict(properties)))
        return f"{properties['RestApiId']}|{properties['ResponseType']}"

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.create(properties)

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.remove(
            "delete_gateway_response",
            restApiId=properties["RestApiId"],
            responseType=properties["ResponseType"],
        )


class RequestValidator(ApiGatewayResource):
    """What API Gateway checks of a request by itself."""

    name = "AWS::ApiGateway::RequestValidator"
    properties = frozenset(
        {"Name", "RestApiId", "ValidateRequestBody", "ValidateRequestParameters"}
    )
    attributes = frozenset({"RequestValidatorId"})

    def create(self, properties: Properties) -> str:
        made = self.call(
            "create_request_validator",
            **{"name": self.place.generated_name(), **lower_camel(dict(properties))},
        )
        return str(made["id"])

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.remove(
            "delete_request_validator",
            restApiId=properties["RestApiId"],
            requestValidatorId=physical_id,
        )


def _where(properties: Properties) -> dict[str, str]:
    return {
        "restApiId": properties["RestApiId"],
        "resourceId": properties["ResourceId"],
        "httpMethod": properties["HttpMethod"],
    }


def _method_settings(properties: Properties) -> dict[str, Any]:
    """The patch paths of `MethodSettings`; a path's slashes are written `~1` in them."""
    settings = {}
    for setting in properties.get("MethodSettings", []):
        resource = setting.get("ResourcePath", "/*")
        resource = "*" if resource == "/*" else resource.replace("/", "~1")
        for key, path in _METHOD_SETTINGS.items():
            if key in setting:
                settings[f"/{resource}/{setting.get('HttpMethod', '*')}/{path}"] = setting[key]
    return settings


RESOURCE_TYPES = (
    RestApi,
    Resource,
    Method,
    Deployment,
    Stage,
    Account,
    GatewayResponse,
    RequestValidator,
)
