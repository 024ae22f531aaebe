using System.Collections;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// Messages in proto3's JSON as etcd's gateway writes it: the names of the .proto files, no blanks, fields with their
/// default value left out, 64-bit integers as strings, bytes in base64, enum values by name.
/// </summary>
internal static class ProtoJsonWriter
{
    public static void Write(Utf8JsonWriter json, IMessage message)
    {
        json.WriteStartObject();
        foreach (var (field, name) in ProtoJsonFields.Of(message.Descriptor).InOrder)
        {
            WriteField(json, field, name, message);
        }

        json.WriteEndObject();
    }

    /// <summary>The field with its name; nothing when the message has it not.</summary>
    public static void WriteField(Utf8JsonWriter json, FieldDescriptor field, JsonEncodedText name, IMessage message)
    {
        var value = field.Accessor.GetValue(message);
        if (!IsPresent(field, message, value))
        {
            return;
        }

        json.WritePropertyName(name);
        if (field.IsRepeated)
        {
            json.WriteStartArray();
            WriteItems(json, field, value);
            json.WriteEndArray();
        }
        else
        {
            WriteValue(json, field, value);
        }
    }

    /// <summary>The items of a repeated field's value, without the brackets.</summary>
    public static void WriteItems(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        foreach (var item in (IEnumerable)value)
        {
            WriteValue(json, field, item);
        }
    }

    private static bool IsPresent(FieldDescriptor field, IMessage message, object? value)
    {
        if (field.ContainingOneof is { } oneof)
        {
            return oneof.Accessor.GetCaseFieldDescriptor(message) == field;
        }

        return value switch
        {
            null => false,
            IMessage => true,
            ByteString bytes => !bytes.IsEmpty,
            string text => text.Length > 0,
            ICollection items => items.Count > 0,
            bool flag => flag,
            _ => Convert.ToInt64(value is ulong number ? unchecked((long)number) : value, CultureInfo.InvariantCulture) != 0,
        };
    }

    private static void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        switch (value)
        {
            case IMessage message: Write(json, message); break;
            case ByteString bytes: json.WriteBase64StringValue(bytes.Span); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case long number: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case ulong number: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case int number: json.WriteNumberValue(number); break;
            case uint number: json.WriteNumberValue(number); break;
            case Enum: WriteEnum(json, field, Convert.ToInt32(value, CultureInfo.InvariantCulture)); break;
            default: throw new InvalidOperationException($"{field.FullName} has a value of {value.GetType()}.");
        }
    }

    private static void WriteEnum(Utf8JsonWriter json, FieldDescriptor field, int number)
    {
        if (field.EnumType.FindValueByNumber(number) is { } known)
        {
            json.WriteStringValue(known.Name);
        }
        else
        {
            json.WriteNumberValue(number);
        }
    }
}
