using System.Buffers;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// Writes the Swagger 2.0 description of gateway paths from the descriptors of their methods, with the names of etcd's
/// own documents.
/// </summary>
internal sealed class SwaggerDocument
{
    private readonly Utf8JsonWriter _json;
    private readonly SwaggerErrors _errors;
    private readonly SwaggerSchemas _schemas;

    private SwaggerDocument(Utf8JsonWriter json, SwaggerErrors errors)
    {
        _json = json;
        _errors = errors;
        _schemas = new SwaggerSchemas(_json);
    }

    /// <param name="title">etcd: the .proto file that the document is made from.</param>
    /// <param name="services">The services to describe; those without a path are left out.</param>
    public static ReadOnlyMemory<byte> Write(string title, IReadOnlyList<ServiceDescriptor> services, SwaggerErrors errors)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        new SwaggerDocument(json, errors).Write(title, services);
        return buffer.WrittenMemory;
    }

    private void Write(string title, IReadOnlyList<ServiceDescriptor> services)
    {
        _json.WriteStartObject();
        _json.WriteString("swagger", "2.0");
        _json.WriteStartObject("info");
        _json.WriteString("title", title);
        _json.WriteString("version", "version not set");
        _json.WriteEndObject();
        WriteTags(services);
        WriteTypes("consumes");
        WriteTypes("produces");
        WritePaths(services);
        _schemas.WriteDefinitions(_errors);
        WriteSecurity();
        _json.WriteEndObject();
        _json.Flush();
    }

    private void WriteTags(IEnumerable<ServiceDescriptor> services)
    {
        _json.WriteStartArray("tags");
        foreach (var service in services)
        {
            _json.WriteStartObject();
            _json.WriteString("name", service.Name);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteTypes(string name)
    {
        _json.WriteStartArray(name);
        _json.WriteStringValue(JsonGateway.JsonType);
        _json.WriteEndArray();
    }

    private void WritePaths(IReadOnlyList<ServiceDescriptor> services)
    {
        var bindings = new Dictionary<MethodDescriptor, int>();
        _json.WriteStartObject("paths");
        foreach (var (path, method) in GatewayRoutes.InOrder.Where(row => services.Contains(row.Method.Service)))
        {
            var binding = bindings[method] = bindings.GetValueOrDefault(method) + 1;
            _json.WriteStartObject(JsonGateway.Prefix + path);
            _json.WriteStartObject("post");
            WriteOperation(method, binding);
            _json.WriteEndObject();
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private void WriteOperation(MethodDescriptor method, int binding)
    {
        _json.WriteString("operationId", $"{method.Service.Name}_{method.Name}{(binding == 1 ? string.Empty : binding)}");
        _json.WriteStartObject("responses");
        _json.WriteStartObject("200");
        _json.WriteString("description", method.IsServerStreaming ? "A successful response.(streaming responses)" : "A successful response.");
        _json.WriteStartObject("schema");
        WriteResponse(method);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteStartObject("default");
        _json.WriteString("description", "An unexpected error response.");
        _json.WriteStartObject("schema");
        _schemas.WriteReference(_errors.Unary);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteStartArray("parameters");
        _json.WriteStartObject();
        _json.WriteString("name", "body");
        if (method.IsClientStreaming)
        {
            _json.WriteString("description", " (streaming inputs)");
        }

        _json.WriteString("in", "body");
        _json.WriteBoolean("required", true);
        _json.WriteStartObject("schema");
        _schemas.WriteReference(method.InputType);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteStartArray("tags");
        _json.WriteStringValue(method.Service.Name);
        _json.WriteEndArray();
    }

    private void WriteResponse(MethodDescriptor method)
    {
        if (!method.IsServerStreaming)
        {
            _schemas.WriteReference(method.OutputType);
            return;
        }

        _json.WriteString("type", "object");
        _json.WriteStartObject("properties");
        _json.WriteStartObject("result");
        _schemas.WriteReference(method.OutputType);
        _json.WriteEndObject();
        _json.WriteStartObject("error");
        _schemas.WriteReference(_errors.Stream);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteString("title", $"Stream result of {SwaggerSchemas.NameOf(method.OutputType)}");
    }

    private void WriteSecurity()
    {
        _json.WriteStartObject("securityDefinitions");
        _json.WriteStartObject("ApiKey");
        _json.WriteString("type", "apiKey");
        _json.WriteString("name", "Authorization");
        _json.WriteString("in", "header");
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteStartArray("security");
        _json.WriteStartObject();
        _json.WriteStartArray("ApiKey");
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndArray();
    }
}
