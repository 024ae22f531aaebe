using ActorEtcd.Messages;

namespace ActorEtcd.Wire;

/// <summary>
/// The wire form of <see cref="V2Request"/>: etcd's <c>Request</c> (<c>etcdserverpb/etcdserver.proto</c>), where the two
/// answers that may be left open are written even when they are false.
/// </summary>
internal static class V2RequestCodec
{
    /// <summary>The request's field in <c>InternalRaftRequest</c>.</summary>
    public const int Field = 2;

    private const int PrevExistField = 8;
    private const int RefreshField = 17;

    public static byte[] Encode(ulong requestId, V2Request request)
    {
        var bytes = new byte[Size(requestId, request)];
        var writer = new ProtoWriter(bytes);
        writer.UInt64(1, requestId);
        writer.String(2, request.Method);
        writer.String(3, request.Path);
        writer.String(4, request.Value);
        writer.Bool(5, request.IsDirectory);
        writer.String(6, request.PrevValue);
        writer.UInt64(7, request.PrevIndex);
        Write(ref writer, PrevExistField, request.PrevExist);
        writer.Int64(9, request.ExpiresAt);
        writer.Bool(12, request.IsRecursive);
        writer.Bool(13, request.IsSorted);
        writer.Int64(15, request.Time);
        Write(ref writer, RefreshField, request.Refresh);
        Invariant.Check(writer.Position == bytes.Length, $"wrote {writer.Position} bytes of a v2 request of {bytes.Length}");
        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are no request.</exception>
    public static V2Request Read(ReadOnlyMemory<byte> bytes)
    {
        var request = new V2Request(string.Empty, string.Empty);
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: request = request with { Method = reader.String() }; break;
                case 3: request = request with { Path = V2.V2Path.Clean(reader.String()) }; break;
                case 4: request = request with { Value = reader.String() }; break;
                case 5: request = request with { IsDirectory = reader.Bool() }; break;
                case 6: request = request with { PrevValue = reader.String() }; break;
                case 7: request = request with { PrevIndex = reader.UInt64() }; break;
                case PrevExistField: request = request with { PrevExist = reader.Bool() }; break;
                case 9: request = request with { ExpiresAt = reader.Int64() }; break;
                case 12: request = request with { IsRecursive = reader.Bool() }; break;
                case 13: request = request with { IsSorted = reader.Bool() }; break;
                case 15: request = request with { Time = reader.Int64() }; break;
                case RefreshField: request = request with { Refresh = reader.Bool() }; break;
                default: reader.Skip(); break;
            }
        }

        return request.Method.Length > 0 ? request : throw new MalformedMessageException("a v2 request without a method");
    }

    private static int Size(ulong requestId, V2Request request)
        => ProtoSize.UInt64(1, requestId)
            + ProtoSize.String(2, request.Method)
            + ProtoSize.String(3, request.Path)
            + ProtoSize.String(4, request.Value)
            + ProtoSize.Bool(5, request.IsDirectory)
            + ProtoSize.String(6, request.PrevValue)
            + ProtoSize.UInt64(7, request.PrevIndex)
            + Size(PrevExistField, request.PrevExist)
            + ProtoSize.Int64(9, request.ExpiresAt)
            + ProtoSize.Bool(12, request.IsRecursive)
            + ProtoSize.Bool(13, request.IsSorted)
            + ProtoSize.Int64(15, request.Time)
            + Size(RefreshField, request.Refresh);

    private static int Size(int field, bool? value) => value is null ? 0 : ProtoSize.Tag(field) + 1;

    private static void Write(ref ProtoWriter writer, int field, bool? value)
    {
        if (value is { } known)
        {
            writer.Tag(field, WireType.Varint);
            writer.RawVarint(known ? 1UL : 0UL);
        }
    }
}
