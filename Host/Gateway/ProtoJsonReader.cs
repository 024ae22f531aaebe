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
/// <param name="isSecondGateway">
/// Whether to read as etcd 3.6 and later do: a field, or a choice between fields, may be there once, and an enum value of
/// an unknown name is passed over. Before, the last one counted, and the name was an error.
/// </param>
internal sealed class ProtoJsonReader(bool isSecondGateway)
{
    private const int GroupDigits = 4;

    private static readonly SearchValues<char> Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <exception cref="ProtoJsonException">The JSON does not fit the message.</exception>
    public IMessage Read(JsonElement json, MessageDescriptor type)
    {
        Require(json, JsonValueKind.Object, type.FullName);
        var message = type.Parser.ParseFrom(ReadOnlySpan<byte>.Empty.ToArray());
        var fields = ProtoJsonFields.Of(type).ByName;
        var given = new HashSet<IDescriptor>();
        foreach (var property in json.EnumerateObject())
        {
            if (!fields.TryGetValue(property.Name, out var field) || property.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            // The choices of a oneof count as one field.
            if (!given.Add((IDescriptor?)field.ContainingOneof ?? field) && isSecondGateway)
            {
                throw new ProtoJsonException($"{field.FullName} is given twice, or beside another choice");
            }

            ReadField(property.Value, field, message);
        }

        return message;
    }

    private void ReadField(JsonElement json, FieldDescriptor field, IMessage message)
    {
        if (!field.IsRepeated)
        {
            if (ReadValue(json, field) is { } value)
            {
                field.Accessor.SetValue(message, value);
            }

            return;
        }

        Require(json, JsonValueKind.Array, field.FullName);
        var items = (IList)field.Accessor.GetValue(message);
        foreach (var item in json.EnumerateArray())
        {
            if (ReadValue(item, field) is { } value)
            {
                items.Add(value);
            }
        }
    }

    // Null: an enum value by a name that is not known, which is passed over like an unknown field.
    private object? ReadValue(JsonElement json, FieldDescriptor field)
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
                    ? ReadName(json, field)
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

    private object? ReadName(JsonElement json, FieldDescriptor field)
    {
        var name = json.GetString()!;
        var value = field.EnumType.FindValueByName(name);
        return value is not null || isSecondGateway
            ? value?.Number
            : throw new ProtoJsonException($"unknown value \"{name}\" for enum {field.EnumType.FullName}");
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
        // Line ends are no part of base64. A text of whole groups of four has its padding; another one has none.
        var digits = text.Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\n", string.Empty, StringComparison.Ordinal);
        digits = (digits.Length % GroupDigits == 0 ? digits.TrimEnd('=') : digits).Replace('+', '-').Replace('/', '_');
        var bytes = new byte[(digits.Length / GroupDigits * 3) + 3];
        return digits.AsSpan().IndexOfAnyExcept(Digits) < 0
            && Base64Url.DecodeFromChars(digits, bytes, out _, out var length) == OperationStatus.Done
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
