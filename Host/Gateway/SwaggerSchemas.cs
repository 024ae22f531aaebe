using System.Text.Json;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>The definitions of a Swagger document: messages and enums that were referred to, and what they refer to.</summary>
internal sealed class SwaggerSchemas(Utf8JsonWriter json)
{
    private const string Any = "protobufAny";

    // Alphabetical, as in etcd's documents.
    private readonly SortedDictionary<string, IDescriptor> _referred = new(StringComparer.Ordinal);

    /// <summary>The last two parts of the full name: <c>etcdserverpbRangeRequest</c>, <c>RangeRequestSortOrder</c>.</summary>
    public static string NameOf(IDescriptor type) => string.Concat(type.FullName.Split('.').TakeLast(2));

    public void WriteReference(IDescriptor type)
    {
        Refer(type);
        WriteReference(NameOf(type));
    }

    public void WriteReference(string name) => json.WriteString("$ref", $"#/definitions/{name}");

    /// <summary>Ends the references: every definition is written.</summary>
    public void WriteDefinitions(SwaggerErrors errors)
    {
        json.WriteStartObject("definitions");
        foreach (var (name, type) in _referred)
        {
            json.WriteStartObject(name);
            if (type is MessageDescriptor message)
            {
                WriteMessage(message);
            }
            else
            {
                WriteEnum((EnumDescriptor)type);
            }

            json.WriteEndObject();
        }

        foreach (var schema in errors.Schemas)
        {
            WriteError(schema);
        }

        json.WriteStartObject(Any);
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        WriteProperty("@type", "string", format: null);
        json.WriteEndObject();
        json.WriteStartObject("additionalProperties");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Refer(IDescriptor type)
    {
        if (!_referred.TryAdd(NameOf(type), type) || type is not MessageDescriptor message)
        {
            return;
        }

        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (TypeOf(field) is { } named)
            {
                Refer(named);
            }
        }
    }

    private static IDescriptor? TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType,
        FieldType.Enum => field.EnumType,
        _ => null,
    };

    private void WriteMessage(MessageDescriptor message)
    {
        json.WriteString("type", "object");
        var fields = message.Fields.InDeclarationOrder();
        if (fields.Count == 0)
        {
            return;
        }

        json.WriteStartObject("properties");
        foreach (var field in fields)
        {
            json.WriteStartObject(field.Name);
            if (field.IsRepeated)
            {
                json.WriteString("type", "array");
                json.WriteStartObject("items");
                WriteType(field);
                json.WriteEndObject();
            }
            else
            {
                WriteType(field);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteEnum(EnumDescriptor type)
    {
        json.WriteString("type", "string");
        json.WriteStartArray("enum");
        foreach (var value in type.Values)
        {
            json.WriteStringValue(value.Name);
        }

        json.WriteEndArray();
        json.WriteString("default", type.Values[0].Name);
    }

    private void WriteType(FieldDescriptor field)
    {
        if (TypeOf(field) is { } named)
        {
            WriteReference(NameOf(named));
            return;
        }

        var (type, format) = field.FieldType switch
        {
            FieldType.Bytes => ("string", "byte"),
            FieldType.String => ("string", null),
            FieldType.Bool => ("boolean", null),
            FieldType.Int64 => ("string", "int64"),
            FieldType.UInt64 => ("string", "uint64"),
            FieldType.Int32 => ("integer", "int32"),
            FieldType.UInt32 => ("integer", "int64"),
            _ => throw new InvalidOperationException($"{field.FullName} is a {field.FieldType}."),
        };
        WriteTypeAndFormat(type, format);
    }

    private void WriteError(SwaggerErrors.Schema schema)
    {
        json.WriteStartObject(schema.Name);
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var field in schema.Fields)
        {
            WriteProperty(field.Name, field.Type, field.Format);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteProperty(string name, string type, string? format)
    {
        json.WriteStartObject(name);
        WriteTypeAndFormat(type, format);
        if (type == "array")
        {
            json.WriteStartObject("items");
            WriteReference(Any);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteTypeAndFormat(string type, string? format)
    {
        json.WriteString("type", type);
        if (format is not null)
        {
            json.WriteString("format", format);
        }
    }
}
