using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// The wire form of <see cref="CheckpointManifest"/>: 1 index; 2 term; 3 configuration {1 voter, 2 outgoing voter,
/// 3 learner, 4 next learner, 5 auto leave}; 4 store {1 revision, 2 compact revision, 3 history hash, 4 segment {1 id,
/// 2 min revision, 3 max revision, 4 length, 5 crc, 6 records, 7 live records, 8 live bytes, 9 sealed}, 5 segment of the
/// state}; 5 state.
/// </summary>
internal static class CheckpointManifestCodec
{
    public static int Size(CheckpointManifest manifest) =>
        ProtoSize.Int64(1, manifest.Index)
        + ProtoSize.Int64(2, manifest.Term)
        + ProtoSize.Message(3, Size(manifest.Configuration))
        + ProtoSize.Message(4, Size(manifest.Store))
        + ProtoSize.Bytes(5, manifest.State.Span);

    public static void Write(ref ProtoWriter writer, CheckpointManifest manifest)
    {
        writer.Int64(1, manifest.Index);
        writer.Int64(2, manifest.Term);
        writer.MessageHeader(3, Size(manifest.Configuration));
        Write(ref writer, 1, manifest.Configuration.Voters);
        Write(ref writer, 2, manifest.Configuration.OutgoingVoters);
        Write(ref writer, 3, manifest.Configuration.Learners);
        Write(ref writer, 4, manifest.Configuration.LearnersNext);
        writer.Bool(5, manifest.Configuration.AutoLeave);
        writer.MessageHeader(4, Size(manifest.Store));
        writer.Int64(1, manifest.Store.Revision);
        writer.Int64(2, manifest.Store.CompactRevision);
        writer.UInt64(3, manifest.Store.HistoryHash);
        foreach (var segment in manifest.Store.Segments)
        {
            writer.MessageHeader(4, Size(segment));
            Write(ref writer, segment);
        }

        foreach (var segment in manifest.Store.StateSegments)
        {
            writer.MessageHeader(5, Size(segment));
            Write(ref writer, segment);
        }

        writer.Bytes(5, manifest.State.Span);
    }

    public static CheckpointManifest Decode(ReadOnlyMemory<byte> bytes)
    {
        var index = 0L;
        var term = 0L;
        RaftConfiguration? configuration = null;
        StoreManifest? store = null;
        var state = Bytes.Empty;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    index = reader.Int64();
                    break;
                case 2:
                    term = reader.Int64();
                    break;
                case 3:
                    configuration = DecodeConfiguration(reader.Bytes());
                    break;
                case 4:
                    store = DecodeStore(reader.Bytes());
                    break;
                case 5:
                    state = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (configuration is null || store is null || index < 0 || term < 0)
        {
            throw new MalformedMessageException($"checkpoint {index} of term {term} is incomplete");
        }

        return new CheckpointManifest(index, term, configuration, store, state);
    }

    private static int Size(RaftConfiguration configuration) =>
        Size(1, configuration.Voters)
        + Size(2, configuration.OutgoingVoters)
        + Size(3, configuration.Learners)
        + Size(4, configuration.LearnersNext)
        + ProtoSize.Bool(5, configuration.AutoLeave);

    private static int Size(int field, ImmutableArray<MemberId> members) =>
        members.Sum(member => ProtoSize.UInt64(field, member.Value));

    private static int Size(StoreManifest store) =>
        ProtoSize.Int64(1, store.Revision)
        + ProtoSize.Int64(2, store.CompactRevision)
        + ProtoSize.UInt64(3, store.HistoryHash)
        + store.Segments.Sum(static segment => ProtoSize.Message(4, Size(segment)))
        + store.StateSegments.Sum(static segment => ProtoSize.Message(5, Size(segment)));

    private static int Size(SegmentInfo segment) =>
        ProtoSize.Int64(1, segment.Id)
        + ProtoSize.Int64(2, segment.MinRevision)
        + ProtoSize.Int64(3, segment.MaxRevision)
        + ProtoSize.Int64(4, segment.Length)
        + ProtoSize.UInt64(5, segment.Crc)
        + ProtoSize.Int64(6, segment.Records)
        + ProtoSize.Int64(7, segment.LiveRecords)
        + ProtoSize.Int64(8, segment.LiveBytes)
        + ProtoSize.Bool(9, segment.IsSealed);

    private static void Write(ref ProtoWriter writer, int field, ImmutableArray<MemberId> members)
    {
        foreach (var member in members)
        {
            writer.UInt64(field, member.Value);
        }
    }

    private static void Write(ref ProtoWriter writer, SegmentInfo segment)
    {
        writer.Int64(1, segment.Id);
        writer.Int64(2, segment.MinRevision);
        writer.Int64(3, segment.MaxRevision);
        writer.Int64(4, segment.Length);
        writer.UInt64(5, segment.Crc);
        writer.Int64(6, segment.Records);
        writer.Int64(7, segment.LiveRecords);
        writer.Int64(8, segment.LiveBytes);
        writer.Bool(9, segment.IsSealed);
    }

    private static RaftConfiguration DecodeConfiguration(ReadOnlyMemory<byte> bytes)
    {
        var lists = new List<MemberId>[4];
        for (var i = 0; i < lists.Length; i++)
        {
            lists[i] = [];
        }

        var autoLeave = false;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field is >= 1 and <= 4)
            {
                var list = lists[reader.Field - 1];
                list.Add(new MemberId(reader.UInt64()));
            }
            else if (reader.Field == 5)
            {
                autoLeave = reader.Bool();
            }
            else
            {
                reader.Skip();
            }
        }

        return new RaftConfiguration(
            [.. lists[0].Distinct().Order()],
            [.. lists[1].Distinct().Order()],
            [.. lists[2].Distinct().Order()],
            [.. lists[3].Distinct().Order()])
        {
            AutoLeave = autoLeave,
        };
    }

    private static StoreManifest DecodeStore(ReadOnlyMemory<byte> bytes)
    {
        var revision = 0L;
        var compactRevision = 0L;
        var hash = 0UL;
        var segments = ImmutableArray.CreateBuilder<SegmentInfo>();
        var stateSegments = ImmutableArray.CreateBuilder<SegmentInfo>();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    revision = reader.Int64();
                    break;
                case 2:
                    compactRevision = reader.Int64();
                    break;
                case 3:
                    hash = reader.UInt64();
                    break;
                case 4:
                    segments.Add(DecodeSegment(reader.Bytes()));
                    break;
                case 5:
                    stateSegments.Add(DecodeSegment(reader.Bytes()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new StoreManifest(revision, compactRevision, hash, segments.ToImmutable())
        {
            StateSegments = stateSegments.ToImmutable(),
        };
    }

    private static SegmentInfo DecodeSegment(ReadOnlyMemory<byte> bytes)
    {
        Span<ulong> fields = stackalloc ulong[10];
        fields.Clear();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field is >= 1 and <= 9)
            {
                var field = reader.Field;
                fields[field] = reader.UInt64();
            }
            else
            {
                reader.Skip();
            }
        }

        if (fields[4] > int.MaxValue || fields[5] > uint.MaxValue
            || fields[6] > int.MaxValue || fields[7] > int.MaxValue)
        {
            throw new MalformedMessageException($"segment {fields[1]} of {fields[4]} bytes and {fields[6]} records");
        }

        return new SegmentInfo(
            (long)fields[1],
            (long)fields[2],
            (long)fields[3],
            (int)fields[4],
            (uint)fields[5],
            (int)fields[6],
            (int)fields[7],
            (long)fields[8],
            fields[9] != 0);
    }
}
