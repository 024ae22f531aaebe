using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>The fields of a message as JSON sees them, made once per type.</summary>
internal sealed class ProtoJsonFields
{
    private static readonly ConcurrentDictionary<MessageDescriptor, ProtoJsonFields> Known = new();

    private ProtoJsonFields(MessageDescriptor message)
    {
        InOrder = [.. message.Fields.InDeclarationOrder().Select(static field => (field, JsonEncodedText.Encode(field.Name)))];
        ByName = message.Fields.InDeclarationOrder()
            .SelectMany(static field => new[] { (field.Name, field), (Name: field.JsonName, field) })
            .DistinctBy(static named => named.Name)
            .ToFrozenDictionary(static named => named.Name, static named => named.field);
    }

    /// <summary>In the order of the declaration, which is the order of etcd's keys.</summary>
    public IReadOnlyList<(FieldDescriptor Field, JsonEncodedText Name)> InOrder { get; }

    /// <summary>By both spellings, <c>range_end</c> and <c>rangeEnd</c>.</summary>
    public FrozenDictionary<string, FieldDescriptor> ByName { get; }

    public static ProtoJsonFields Of(MessageDescriptor message)
        => Known.GetOrAdd(message, static message => new ProtoJsonFields(message));
}
