using System.Buffers.Binary;
using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// The wire form of <see cref="PeerMessage"/>. Every message: 1 from, 2 to, 3 term, then its own numbers in the
/// order of the record from field 4 on; 14 is the cluster; 15 is the bulk: entries, proposals or a checkpoint manifest. The
/// last field, 13, is a checksum over all before it and the manifest's name: what a network changed, in a way that its own
/// checksums let pass, must not become an entry.
/// Invariant: a manifest's fields never change their meaning; a new field gets a new number.
/// </summary>
internal static class RaftMessageCodec
{
    private const int FirstNumber = 4;
    private const int NumbersMax = 4;
    private const int ChecksumField = 13;
    private const int ClusterField = 14;
    private const int BulkField = 15;

    /// <summary>Field and type, then four bytes.</summary>
    private const int ChecksumSize = 1 + sizeof(uint);
    private const byte ChecksumTag = (ChecksumField << 3) | (int)WireType.Fixed32;

    public static string ManifestOf(object value) => value switch
    {
        PeerMessage.AppendEntries => "AE1",
        PeerMessage.AppendReply => "AR1",
        PeerMessage.Heartbeat => "HB1",
        PeerMessage.HeartbeatReply => "HR1",
        PeerMessage.CommitNotice => "CN1",
        PeerMessage.EntryCommitted => "EC1",
        PeerMessage.ForwardProposals => "FP1",
        PeerMessage.ForwardConfigurationChange => "FC1",
        PeerMessage.ForwardedProposalsRefused => "FR1",
        PeerMessage.RequestReadIndex => "RI1",
        PeerMessage.ReadIndexReply => "RR1",
        PeerMessage.ReadIndexDenied => "RD1",
        PeerMessage.RequestPreVote => "PV1",
        PeerMessage.PreVoteReply => "PR1",
        PeerMessage.RequestVote => "RV1",
        PeerMessage.VoteReply => "VR1",
        // A build that does not know of state beside the manifest must not take the checkpoint without it.
        PeerMessage.InstallSnapshot install => install.Manifest.Store.StateSegments.IsEmpty ? "IS1" : "IS2",
        PeerMessage.InstallSnapshotReply => "IR1",
        PeerMessage.TimeoutNow => "TN1",
        PeerMessage.RequestStanding => "RS1",
        PeerMessage.StandingReply => "SR1",
        _ => throw new ArgumentException($"{value.GetType()} is no message between members", nameof(value)),
    };

    public static int Size(object value, ulong clusterId)
    {
        var message = (PeerMessage)value;
        Span<long> numbers = stackalloc long[NumbersMax];
        var size = ProtoSize.UInt64(1, message.From.Value)
            + ProtoSize.UInt64(2, message.To.Value)
            + ProtoSize.Int64(3, message.Term)
            + ProtoSize.UInt64(ClusterField, clusterId);
        for (var i = NumbersOf(message, numbers) - 1; i >= 0; i--)
        {
            size += ProtoSize.Int64(FirstNumber + i, numbers[i]);
        }

        return size + ChecksumSize + message switch
        {
            PeerMessage.AppendEntries m => EntryCodec.Size(BulkField, m.Entries),
            PeerMessage.ForwardProposals m => Size(m.Payloads),
            PeerMessage.ForwardConfigurationChange m => ProtoSize.Message(BulkField, m.Change.Length),
            PeerMessage.ForwardedProposalsRefused m => Size(m.Payloads),
            PeerMessage.InstallSnapshot m => ProtoSize.Message(BulkField, CheckpointManifestCodec.Size(m.Manifest)),
            _ => 0,
        };
    }

    /// <summary>Writes exactly <see cref="Size"/> bytes; payloads are copied once, here.</summary>
    public static void Write(Span<byte> output, object value, ulong clusterId)
    {
        var message = (PeerMessage)value;
        var writer = new ProtoWriter(output);
        Span<long> numbers = stackalloc long[NumbersMax];
        writer.UInt64(1, message.From.Value);
        writer.UInt64(2, message.To.Value);
        writer.Int64(3, message.Term);
        var count = NumbersOf(message, numbers);
        for (var i = 0; i < count; i++)
        {
            writer.Int64(FirstNumber + i, numbers[i]);
        }

        writer.UInt64(ClusterField, clusterId);
        switch (message)
        {
            case PeerMessage.AppendEntries m:
                EntryCodec.Write(ref writer, BulkField, m.Entries);
                break;
            case PeerMessage.ForwardProposals m:
                Write(ref writer, m.Payloads);
                break;
            case PeerMessage.ForwardConfigurationChange m:
                writer.Message(BulkField, m.Change.Span);
                break;
            case PeerMessage.ForwardedProposalsRefused m:
                Write(ref writer, m.Payloads);
                break;
            case PeerMessage.InstallSnapshot m:
                writer.MessageHeader(BulkField, CheckpointManifestCodec.Size(m.Manifest));
                CheckpointManifestCodec.Write(ref writer, m.Manifest);
                break;
            default:
                break;
        }

        var end = output.Length - ChecksumSize;
        output[end] = ChecksumTag;
        BinaryPrimitives.WriteUInt32LittleEndian(output[(end + 1)..], ChecksumOf(output[..end], ManifestOf(value)));
    }

    /// <returns>
    /// The message, or a <see cref="ForeignPeerMessage"/> when it says that it is of another cluster than this one.
    /// </returns>
    public static object Decode(ReadOnlyMemory<byte> bytes, string manifest, ulong clusterId)
    {
        var end = bytes.Length - ChecksumSize;
        if (end < 0
            || bytes.Span[end] != ChecksumTag
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(end + 1)..]) != ChecksumOf(bytes.Span[..end], manifest))
        {
            throw new MalformedMessageException($"the {bytes.Length} bytes of a {manifest} do not match their checksum");
        }

        bytes = bytes[..end];
        Span<long> n = stackalloc long[FirstNumber + NumbersMax];
        n.Clear();
        var bulk = DecodeFields(bytes, n, out var sendingCluster);
        var isForeign = sendingCluster != 0 && clusterId != 0 && sendingCluster != clusterId;
        return isForeign ? new ForeignPeerMessage(new MemberId((ulong)n[1]), sendingCluster) : Decode(manifest, n, bulk);
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> bytes, string manifest)
    {
        var crc = Crc32C.Compute(bytes);
        foreach (var letter in manifest)
        {
            crc = Crc32C.Append(crc, [(byte)letter]);
        }

        return crc;
    }

    private static PeerMessage Decode(string manifest, ReadOnlySpan<long> n, List<ReadOnlyMemory<byte>> bulk)
    {
        var (from, to, term) = (new MemberId((ulong)n[1]), new MemberId((ulong)n[2]), n[3]);
        return manifest switch
        {
            "AE1" => new PeerMessage.AppendEntries(from, to, term, n[4], n[5], n[6], EntriesOf(bulk, n[4])),
            "AR1" => new PeerMessage.AppendReply(from, to, term, n[4] != 0, n[5], n[6], n[7]),
            "HB1" => new PeerMessage.Heartbeat(from, to, term, n[4], n[5], n[6]),
            "HR1" => new PeerMessage.HeartbeatReply(from, to, term, n[4], n[5], n[6]),
            "CN1" => new PeerMessage.CommitNotice(from, to, term, n[4]),
            "EC1" => new PeerMessage.EntryCommitted(from, to, n[4], n[5]),
            "FP1" => new PeerMessage.ForwardProposals(from, to, n[6], n[4], n[5], PayloadsOf(bulk)),
            "FC1" => new PeerMessage.ForwardConfigurationChange(from, to, n[6], n[4], n[5], OneOf(bulk, "change")),
            "FR1" => new PeerMessage.ForwardedProposalsRefused(
                from, to, EnumOf<ProposalRefusal>(n[4]), n[5], n[6], PayloadsOf(bulk)),
            "RI1" => new PeerMessage.RequestReadIndex(from, to, n[4]),
            "RR1" => new PeerMessage.ReadIndexReply(from, to, n[4], n[5]),
            "RD1" => new PeerMessage.ReadIndexDenied(from, to, n[4], EnumOf<ReadRefusal>(n[5])),
            "PV1" => new PeerMessage.RequestPreVote(from, to, term, n[4], n[5]),
            "PR1" => new PeerMessage.PreVoteReply(from, to, term, n[4] != 0),
            "RV1" => new PeerMessage.RequestVote(from, to, term, n[4], n[5], n[6] != 0),
            "VR1" => new PeerMessage.VoteReply(from, to, term, n[4] != 0),
            "IS1" or "IS2" => new PeerMessage.InstallSnapshot(from, to, term, ManifestOf(bulk)),
            "IR1" => new PeerMessage.InstallSnapshotReply(from, to, term, n[4] != 0, n[5]),
            "TN1" => new PeerMessage.TimeoutNow(from, to, term),
            "RS1" => new PeerMessage.RequestStanding(from, to, n[4]),
            "SR1" => new PeerMessage.StandingReply(from, to, n[4], n[5], n[6], EnumOf<MemberStanding>(n[7])),
            _ => throw new MalformedMessageException($"unknown manifest '{manifest}' of a message between members"),
        };
    }

    /// <summary>The message's own numbers in the order of its fields; says how many there are.</summary>
    private static int NumbersOf(PeerMessage message, Span<long> n) => message switch
    {
        PeerMessage.AppendEntries m => Fill(n, m.PrevIndex, m.PrevTerm, m.CommitIndex),
        PeerMessage.AppendReply m => Fill(n, m.Accepted ? 1 : 0, m.Index, m.HintIndex, m.HintTerm),
        PeerMessage.Heartbeat m => Fill(n, m.CommitIndex, m.ReadRound, m.SentAtTicks),
        PeerMessage.HeartbeatReply m => Fill(n, m.CommitIndex, m.ReadRound, m.SentAtTicks),
        PeerMessage.CommitNotice m => Fill(n, m.CommitIndex),
        PeerMessage.EntryCommitted m => Fill(n, m.Index, m.EntryTerm),
        PeerMessage.ForwardProposals m => Fill(n, m.Origin, m.Sequence, m.LeaderTerm),
        PeerMessage.ForwardConfigurationChange m => Fill(n, m.Origin, m.Sequence, m.LeaderTerm),
        PeerMessage.ForwardedProposalsRefused m => Fill(n, (long)m.Reason, m.Origin, m.Sequence),
        PeerMessage.RequestReadIndex m => Fill(n, m.Context),
        PeerMessage.ReadIndexReply m => Fill(n, m.Context, m.Index),
        PeerMessage.ReadIndexDenied m => Fill(n, m.Context, (long)m.Reason),
        PeerMessage.RequestPreVote m => Fill(n, m.LastIndex, m.LastTerm),
        PeerMessage.PreVoteReply m => Fill(n, m.Granted ? 1 : 0),
        PeerMessage.RequestVote m => Fill(n, m.LastIndex, m.LastTerm, m.Transfer ? 1 : 0),
        PeerMessage.VoteReply m => Fill(n, m.Granted ? 1 : 0),
        PeerMessage.InstallSnapshotReply m => Fill(n, m.Installed ? 1 : 0, m.Index),
        PeerMessage.RequestStanding m => Fill(n, m.Context),
        PeerMessage.StandingReply m => Fill(n, m.Context, m.MemberTerm, m.LastIndex, (long)m.Standing),
        _ => 0,
    };

    private static int Fill(Span<long> n, params ReadOnlySpan<long> values)
    {
        values.CopyTo(n);
        return values.Length;
    }

    private static List<ReadOnlyMemory<byte>> DecodeFields(
        ReadOnlyMemory<byte> bytes, Span<long> numbers, out ulong clusterId)
    {
        clusterId = 0;
        List<ReadOnlyMemory<byte>> bulk = [];
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field is >= 1 and < FirstNumber + NumbersMax)
            {
                var field = reader.Field;
                numbers[field] = reader.Int64();
            }
            else if (reader.Field == ClusterField)
            {
                clusterId = reader.UInt64();
            }
            else if (reader.Field == BulkField)
            {
                bulk.Add(reader.Bytes());
            }
            else
            {
                reader.Skip();
            }
        }

        return bulk;
    }

    private static ImmutableArray<LogEntry> EntriesOf(List<ReadOnlyMemory<byte>> bulk, long prevIndex)
    {
        if (prevIndex is < 0 or > long.MaxValue / 2)
        {
            throw new MalformedMessageException($"entries after {prevIndex}");
        }

        var entries = ImmutableArray.CreateBuilder<LogEntry>(bulk.Count);
        foreach (var encoded in bulk)
        {
            entries.Add(EntryCodec.Decode(encoded, prevIndex + entries.Count + 1));
        }

        return entries.MoveToImmutable();
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> PayloadsOf(List<ReadOnlyMemory<byte>> bulk) => [.. bulk];

    private static CheckpointManifest ManifestOf(List<ReadOnlyMemory<byte>> bulk) =>
        CheckpointManifestCodec.Decode(OneOf(bulk, "checkpoint"));

    private static ReadOnlyMemory<byte> OneOf(List<ReadOnlyMemory<byte>> bulk, string what) => bulk.Count == 1
        ? bulk[0]
        : throw new MalformedMessageException($"{bulk.Count} times a {what} in one message");

    private static TEnum EnumOf<TEnum>(long number)
        where TEnum : struct, Enum
    {
        var value = (TEnum)Enum.ToObject(typeof(TEnum), number);
        return Enum.IsDefined(value)
            ? value
            : throw new MalformedMessageException($"unknown {typeof(TEnum).Name} {number}");
    }

    private static int Size(ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        var size = 0;
        foreach (var payload in payloads)
        {
            size += ProtoSize.Message(BulkField, payload.Length);
        }

        return size;
    }

    private static void Write(ref ProtoWriter writer, ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        foreach (var payload in payloads)
        {
            writer.Message(BulkField, payload.Span);
        }
    }
}
