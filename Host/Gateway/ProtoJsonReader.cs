using System.Buffers;
using System.Buffers.Text;
using System.Collections;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// Reads messages from proto3's JSON, as generously as etcd's gateway: both spellings of a field, unknown fields passed
/// over, integers as numbers or strings, enum values by name or number, base64 of both alphabets, padded or not.
/// </summary>
internal static class ProtoJsonReader
{
    /// <exception cref="ProtoJsonException">The JSON does not fit the message.</exception>
    public static IMessage Read(JsonElement json, MessageDescriptor type)
    {
        Require(json, JsonValueKind.Object, type.FullName);
        var message = type.Parser.ParseFrom(ReadOnlySpan<byte>.Empty.ToArray());
        var fields = ProtoJsonFields.Of(type).ByName;
        foreach (var property in json.EnumerateObject())
        {
            if (!fields.TryGetValue(property.Name, out var field) || property.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!field.IsRepeated)
            {
                if (ReadValue(property.Value, field) is { } value)
                {
                    field.Accessor.SetValue(message, value);
                }

                continue;
            }

            Require(property.Value, JsonValueKind.Array, field.FullName);
            var items = (IList)field.Accessor.GetValue(message);
            foreach (var item in property.Value.EnumerateArray())
            {
                if (ReadValue(item, field) is { } value)
                {
                    items.Add(value);
                }
            }
        }

        return message;
    }

    // Null: an enum value by a name that is not known, which is passed over like an unknown field.
    private static object? ReadValue(JsonElement json, FieldDescriptor field)
    {
        switch (field.FieldType)
        {
            case FieldType.Message:
                return Read(json, field.MessageType);
            case FieldType.Bytes:
                Require(json, JsonValueKind.String, field.FullName);
                return ReadBytes(json.GetString()!, field);
            case FieldType.String:
                Require(json, JsonValueKind.String, field.FullName);
                return json.GetString();
            case FieldType.Bool:
                return json.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? json.GetBoolean()
                    : throw Wrong(json, field.FullName);
            case FieldType.Enum:
                return json.ValueKind == JsonValueKind.String
                    ? field.EnumType.FindValueByName(json.GetString()!)?.Number
                    : (int)ReadInteger(json, field, int.MinValue, int.MaxValue);
            case FieldType.Int64:
                return (long)ReadInteger(json, field, long.MinValue, long.MaxValue);
            case FieldType.UInt64:
                return (ulong)ReadInteger(json, field, 0, ulong.MaxValue);
            case FieldType.Int32:
                return (int)ReadInteger(json, field, int.MinValue, int.MaxValue);
            case FieldType.UInt32:
                return (uint)ReadInteger(json, field, 0, uint.MaxValue);
            default:
                throw new InvalidOperationException($"{field.FullName} is a {field.FieldType}.");
        }
    }

    private static decimal ReadInteger(JsonElement json, FieldDescriptor field, decimal min, decimal max)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.Number => json.GetRawText(),
            JsonValueKind.String => json.GetString()!,
            _ => throw Wrong(json, field.FullName),
        };

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
            && decimal.IsInteger(number)
                ? number
                : throw Wrong(json, field.FullName);
    }

    private static ByteString ReadBytes(string text, FieldDescriptor field)
    {
        var digits = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var bytes = new byte[(digits.Length / 4 * 3) + 3];
        return Base64Url.IsValid(digits) && Base64Url.TryDecodeFromChars(digits, bytes, out var length)
            ? UnsafeByteOperations.UnsafeWrap(bytes.AsMemory(0, length))
            : throw new ProtoJsonException($"invalid value for bytes field {field.Name}: illegal base64 data");
    }

    private static void Require(JsonElement json, JsonValueKind kind, string name)
    {
        if (json.ValueKind != kind)
        {
            throw Wrong(json, name);
        }
    }

    private static ProtoJsonException Wrong(JsonElement json, string name)
    {
        const int TextMax = 64;
        var text = json.GetRawText();
        return new ProtoJsonException($"invalid value for {name}: {(text.Length > TextMax ? text[..TextMax] + "..." : text)}");
    }
}
