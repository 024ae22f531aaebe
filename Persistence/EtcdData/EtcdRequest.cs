using System.Text.Json;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// What a normal entry of etcd's log asks for: an <c>InternalRaftRequest</c>, which is the wire form of our own
/// commands, or a request to the v2 store in one of two wrappings.
/// </summary>
public sealed record EtcdRequest(EtcdRequestKind Kind, EtcdMemberAttributes? Attributes = null)
{
    private const int V2Field = 2;
    private const string MembersPath = "/0/members/";
    private const string AttributesName = "/attributes";
    private const string ClusterPath = "/0/";

    private static readonly EtcdRequest Nothing = new(EtcdRequestKind.Nothing);
    private static readonly EtcdRequest Command = new(EtcdRequestKind.Command);
    private static readonly EtcdRequest V2 = new(EtcdRequestKind.V2);

    /// <exception cref="MalformedMessageException">The bytes are no request.</exception>
    public static EtcdRequest Classify(ReadOnlyMemory<byte> data)
    {
        if (FindV2(data) is { } request)
        {
            return ClassifyV2(request);
        }

        var result = Nothing;
        var reader = new ProtoReader(data);
        while (reader.Next())
        {
            if (reader.Field is not (1 or 100))
            {
                result = ChangesNothing(reader.Field) ? Nothing : Command;
            }

            reader.Skip();
        }

        return result;
    }

    /// <summary>The request to the v2 store that the bytes are, or null.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no request.</exception>
    public static ReadOnlyMemory<byte>? FindV2(ReadOnlyMemory<byte> data)
    {
        var reader = new ProtoReader(data);
        while (reader.Next())
        {
            if (reader.Field == V2Field && reader.Type == WireType.Bytes)
            {
                // Up to 3.5 a v2 request may stand without the wrapping; its field 2 is the method.
                var content = reader.Bytes();
                return IsMethod(content.Span) ? data : content;
            }

            reader.Skip();
        }

        return null;
    }

    /// <summary>The request as a command of ours, which is etcd's own wrapping of later versions.</summary>
    public static byte[] Wrapped(ReadOnlyMemory<byte> request)
    {
        var command = new byte[ProtoSize.Message(V2Field, request.Length)];
        var writer = new ProtoWriter(command);
        writer.Message(V2Field, request.Span);
        return command;
    }

    /// <summary>
    /// Authentication (tokens are not replicated state), queries of the auth store, the cluster's version and
    /// downgrades: they change nothing that is taken over.
    /// </summary>
    private static bool ChangesNothing(int field) => field is 1012 or 1013 or 1102 or 1106 or 1107 or 1202 or 1300 or 1302 or 9900;

    private static bool IsMethod(ReadOnlySpan<byte> text)
        => text.SequenceEqual("PUT"u8) || text.SequenceEqual("POST"u8) || text.SequenceEqual("DELETE"u8)
            || text.SequenceEqual("GET"u8) || text.SequenceEqual("QGET"u8) || text.SequenceEqual("SYNC"u8);

    // etcdserverpb.Request {2 method, 3 path, 4 value, ...}.
    private static EtcdRequest ClassifyV2(ReadOnlyMemory<byte> request)
    {
        var reader = new ProtoReader(request);
        var method = string.Empty;
        var path = string.Empty;
        ReadOnlyMemory<byte> value = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: method = reader.String(); break;
                case 3: path = reader.String(); break;
                case 4: value = reader.Bytes(); break;
                default: reader.Skip(); break;
            }
        }

        if (method == "PUT"
            && path.StartsWith(MembersPath, StringComparison.Ordinal)
            && path.EndsWith(AttributesName, StringComparison.Ordinal))
        {
            try
            {
                var id = EtcdMemberJson.IdOf(path[MembersPath.Length..^AttributesName.Length]);
                return new EtcdRequest(EtcdRequestKind.MemberAttributes, new EtcdMemberAttributes(id, value));
            }
            catch (JsonException wrong)
            {
                throw new MalformedMessageException(wrong.Message);
            }
        }

        return method is "SYNC" or "QGET" or "GET" || path.StartsWith(ClusterPath, StringComparison.Ordinal) ? Nothing : V2;
    }
}
