using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Messages;

namespace ActorEtcd.Wire;

/// <summary>
/// Commands as the log holds them: etcd's <c>InternalRaftRequest</c> (<c>api/etcdserverpb/raft_internal.proto</c>),
/// plus field 100 of a lease revoke for the term fence and of member attributes for the version of the server.
/// </summary>
public static class CommandCodec
{
    private const int HeaderField = 100;
    private const int PutField = 4;
    private const int FenceTermField = 100;
    private const int ServerVersionField = 100;

    /// <param name="requestId">By which the requester knows the outcome.</param>
    /// <param name="command">What to do.</param>
    /// <param name="requester">On whose behalf, when users matter.</param>
    public static byte[] Encode(ulong requestId, RaftCommand command, AuthInfo? requester = null)
    {
        if (command is AuthRequest auth)
        {
            return Encode(requestId, requester, AuthCommandCodec.FieldOf(auth), AuthCommandCodec.Encode(auth));
        }

        if (command is V2Request v2)
        {
            return Encode(requestId, requester, V2RequestCodec.Field, V2RequestCodec.Encode(requestId, v2));
        }

        var bodySize = BodySize(command);
        var payload = NewPayload(requestId, requester, FieldOf(command), bodySize, out var position);
        var writer = new ProtoWriter(payload.AsSpan(position));
        WriteBody(ref writer, command);
        Invariant.Check(writer.Position == bodySize, $"wrote {writer.Position} bytes of a {command.GetType()} of {bodySize}");
        return payload;
    }

    /// <summary>
    /// Wraps a client's encoded <c>PutRequest</c> without decoding it. <paramref name="body"/> is the part of the
    /// result that the caller fills with exactly <paramref name="size"/> bytes.
    /// </summary>
    public static byte[] WrapPut(ulong requestId, int size, out Memory<byte> body)
    {
        var payload = NewPayload(requestId, requester: null, PutField, size, out var position);
        body = payload.AsMemory(position);
        return payload;
    }

    /// <exception cref="MalformedMessageException">The bytes are not a command that this version knows.</exception>
    public static DecodedCommand Decode(ReadOnlyMemory<byte> payload)
    {
        var reader = new ProtoReader(payload);
        var header = default(Header);
        RaftCommand? command = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case HeaderField: header = ReadHeader(reader.Bytes()); break;
                case V2RequestCodec.Field: command = V2RequestCodec.Read(reader.Bytes()); break;
                case 3: command = KvCodec.ReadRange(reader.Bytes()); break;
                case PutField: command = KvCodec.ReadPut(reader.Bytes()); break;
                case 5: command = KvCodec.ReadDeleteRange(reader.Bytes()); break;
                case 6: command = KvCodec.ReadTxn(reader.Bytes()); break;
                case 7: command = ReadCompaction(reader.Bytes()); break;
                case 8: command = ReadLeaseGrant(reader.Bytes()); break;
                case 9: command = ReadLeaseRevoke(reader.Bytes()); break;
                case 10: command = ReadAlarm(reader.Bytes()); break;
                case 11: command = ReadLeaseCheckpoint(reader.Bytes()); break;
                case 1301: command = ReadMemberAttributes(reader.Bytes()); break;
                case 1302: command = ReadDowngrade(reader.Bytes()); break;
                default: command = ReadOther(ref reader) ?? command; break;
            }
        }

        return command is not null
            ? new DecodedCommand(header.RequestId, command, header.Requester)
            : throw new MalformedMessageException("the log entry holds no command that this version knows");
    }

    /// <summary>The request id alone; 0 when there is none.</summary>
    public static ulong RequestIdOf(ReadOnlyMemory<byte> payload)
    {
        var reader = new ProtoReader(payload);
        while (reader.Next())
        {
            if (reader.Field == HeaderField)
            {
                return ReadHeader(reader.Bytes()).RequestId;
            }

            reader.Skip();
        }

        return 0;
    }

    private static byte[] Encode(ulong requestId, AuthInfo? requester, int field, byte[] body)
    {
        var payload = NewPayload(requestId, requester, field, body.Length, out var position);
        body.CopyTo(payload, position);
        return payload;
    }

    private static byte[] NewPayload(ulong requestId, AuthInfo? requester, int field, int bodySize, out int position)
    {
        var headerSize = ProtoSize.UInt64(1, requestId);
        if (requester is not null)
        {
            headerSize += ProtoSize.String(2, requester.User) + ProtoSize.UInt64(3, requester.Revision);
        }

        var payload = new byte[ProtoSize.Message(HeaderField, headerSize) + ProtoSize.Message(field, bodySize)];
        var writer = new ProtoWriter(payload);
        writer.MessageHeader(HeaderField, headerSize);
        writer.UInt64(1, requestId);
        if (requester is not null)
        {
            writer.String(2, requester.User);
            writer.UInt64(3, requester.Revision);
        }

        writer.MessageHeader(field, bodySize);
        position = writer.Position;
        return payload;
    }

    private static AuthRequest? ReadOther(ref ProtoReader reader)
    {
        if (reader.Type == WireType.Bytes)
        {
            return AuthCommandCodec.Decode(reader.Field, reader.Bytes());
        }

        reader.Skip();
        return null;
    }

    private static Header ReadHeader(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong id = 0, revision = 0;
        string? user = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: id = reader.UInt64(); break;
                case 2: user = reader.String(); break;
                case 3: revision = reader.UInt64(); break;
                default: reader.Skip(); break;
            }
        }

        return new Header(id, user is null ? null : new AuthInfo(user, revision));
    }

    private static int FieldOf(RaftCommand command) => command switch
    {
        RangeRequest => 3,
        PutRequest => PutField,
        DeleteRangeRequest => 5,
        TxnRequest => 6,
        CompactionRequest => 7,
        LeaseGrantRequest => 8,
        LeaseRevokeRequest => 9,
        AlarmRequest => 10,
        LeaseCheckpointRequest => 11,
        MemberAttributesRequest => 1301,
        DowngradeRequest => 1302,
        _ => throw new InvalidOperationException($"no wire form for {command.GetType()}"),
    };

    private static int BodySize(RaftCommand command) => command switch
    {
        RequestOp op => KvCodec.Size(op),
        CompactionRequest c => ProtoSize.Int64(1, c.Revision) + ProtoSize.Bool(2, c.Physical),
        LeaseGrantRequest g => ProtoSize.Int64(1, g.TtlSeconds) + ProtoSize.Int64(2, g.Id.Value),
        LeaseRevokeRequest r => ProtoSize.Int64(1, r.Id.Value) + ProtoSize.Int64(FenceTermField, r.FenceTerm),
        AlarmRequest a => ProtoSize.Int64(1, (long)a.Action) + ProtoSize.UInt64(2, a.Member.Value) + ProtoSize.Int64(3, (long)a.Alarm),
        LeaseCheckpointRequest c => c.Checkpoints.Sum(static x => ProtoSize.Message(1, Size(x))),
        MemberAttributesRequest m => ProtoSize.UInt64(1, m.Member.Value) + ProtoSize.Message(2, AttributesSize(m))
            + ProtoSize.String(ServerVersionField, TextOf(m.ServerVersion)),
        DowngradeRequest d => ProtoSize.Bool(1, d.Target is not null) + ProtoSize.String(2, TextOf(d.Target)),
        _ => throw new InvalidOperationException($"no wire form for {command.GetType()}"),
    };

    private static void WriteBody(ref ProtoWriter writer, RaftCommand command)
    {
        switch (command)
        {
            case RequestOp op:
                KvCodec.Write(ref writer, op);
                break;
            case CompactionRequest c:
                writer.Int64(1, c.Revision);
                writer.Bool(2, c.Physical);
                break;
            case LeaseGrantRequest g:
                writer.Int64(1, g.TtlSeconds);
                writer.Int64(2, g.Id.Value);
                break;
            case LeaseRevokeRequest r:
                writer.Int64(1, r.Id.Value);
                writer.Int64(FenceTermField, r.FenceTerm);
                break;
            case AlarmRequest a:
                writer.Int64(1, (long)a.Action);
                writer.UInt64(2, a.Member.Value);
                writer.Int64(3, (long)a.Alarm);
                break;
            case LeaseCheckpointRequest c:
                foreach (var checkpoint in c.Checkpoints)
                {
                    writer.MessageHeader(1, Size(checkpoint));
                    writer.Int64(1, checkpoint.Id.Value);
                    writer.Int64(2, checkpoint.RemainingTtlSeconds);
                }

                break;
            case MemberAttributesRequest m:
                writer.UInt64(1, m.Member.Value);
                writer.MessageHeader(2, AttributesSize(m));
                writer.String(1, m.Name);
                foreach (var url in m.ClientUrls)
                {
                    writer.String(2, url);
                }

                writer.String(ServerVersionField, TextOf(m.ServerVersion));
                break;
            case DowngradeRequest d:
                writer.Bool(1, d.Target is not null);
                writer.String(2, TextOf(d.Target));
                break;
            default:
                throw new InvalidOperationException($"no wire form for {command.GetType()}");
        }
    }

    private static string TextOf(Version? version) => version?.ToString(2) ?? string.Empty;

    private static Version VersionOf(string text)
        => Version.TryParse(text, out var version)
            ? new Version(version.Major, version.Minor)
            : throw new MalformedMessageException($"\"{text}\" is no version");

    private static int Size(LeaseCheckpoint checkpoint)
        => ProtoSize.Int64(1, checkpoint.Id.Value) + ProtoSize.Int64(2, checkpoint.RemainingTtlSeconds);

    private static int AttributesSize(MemberAttributesRequest request)
        => ProtoSize.String(1, request.Name) + request.ClientUrls.Sum(static url => ProtoSize.String(2, url));

    private static CompactionRequest ReadCompaction(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        long revision = 0;
        var physical = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: revision = reader.Int64(); break;
                case 2: physical = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new CompactionRequest(revision, physical);
    }

    private static LeaseGrantRequest ReadLeaseGrant(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        long ttl = 0, id = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: ttl = reader.Int64(); break;
                case 2: id = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return new LeaseGrantRequest(new LeaseId(id), ttl);
    }

    private static LeaseRevokeRequest ReadLeaseRevoke(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        long id = 0, fenceTerm = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: id = reader.Int64(); break;
                case FenceTermField: fenceTerm = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return new LeaseRevokeRequest(new LeaseId(id), fenceTerm);
    }

    private static AlarmRequest ReadAlarm(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        int action = 0, alarm = 0;
        ulong member = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: action = reader.Int32(); break;
                case 2: member = reader.UInt64(); break;
                case 3: alarm = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return new AlarmRequest((AlarmAction)action, new MemberId(member), (AlarmType)alarm);
    }

    private static LeaseCheckpointRequest ReadLeaseCheckpoint(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var checkpoints = ImmutableArray.CreateBuilder<LeaseCheckpoint>();
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                checkpoints.Add(ReadCheckpoint(reader.Bytes()));
            }
            else
            {
                reader.Skip();
            }
        }

        return new LeaseCheckpointRequest(checkpoints.DrainToImmutable());
    }

    private static LeaseCheckpoint ReadCheckpoint(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        long id = 0, remaining = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: id = reader.Int64(); break;
                case 2: remaining = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return new LeaseCheckpoint(new LeaseId(id), remaining);
    }

    private static MemberAttributesRequest ReadMemberAttributes(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong member = 0;
        var name = string.Empty;
        var urls = ImmutableArray.CreateBuilder<string>();
        Version? version = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: member = reader.UInt64(); break;
                case 2:
                    var attributes = new ProtoReader(reader.Bytes());
                    while (attributes.Next())
                    {
                        switch (attributes.Field)
                        {
                            case 1: name = attributes.String(); break;
                            case 2: urls.Add(attributes.String()); break;
                            default: attributes.Skip(); break;
                        }
                    }

                    break;
                case ServerVersionField: version = VersionOf(reader.String()); break;
                default: reader.Skip(); break;
            }
        }

        return new MemberAttributesRequest(new MemberId(member), name, urls.DrainToImmutable()) { ServerVersion = version };
    }

    private static DowngradeRequest ReadDowngrade(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var enabled = false;
        var target = string.Empty;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: enabled = reader.Bool(); break;
                case 2: target = reader.String(); break;
                default: reader.Skip(); break;
            }
        }

        return new DowngradeRequest(enabled ? VersionOf(target) : null);
    }

    private readonly record struct Header(ulong RequestId, AuthInfo? Requester);
}
