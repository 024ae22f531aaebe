using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// The wire form of the log's events and snapshot. EntriesAppended: 1 previous index, 2 commit index, 3 entry;
/// TermAndVoteChanged: 1 term, 2 vote; CommitAdvanced: 1 index; LogReset: 1 manifest; LogSnapshot: 1 manifest,
/// 2 term, 3 vote, 4 commit index.
/// </summary>
internal static class LogEventCodec
{
    public const string EntriesAppended = "EA1";
    public const string TermAndVoteChanged = "TV1";
    public const string CommitAdvanced = "CA1";
    public const string LogReset = "LR1";
    public const string Snapshot = "LS1";

    // Of a checkpoint whose state lies beside its manifest: a build that does not know of that must not open it without.
    public const string LogResetWithStateBeside = "LR2";
    public const string SnapshotWithStateBeside = "LS2";

    public static string ManifestOf(object value) => value switch
    {
        LogEvent.EntriesAppended => EntriesAppended,
        LogEvent.TermAndVoteChanged => TermAndVoteChanged,
        LogEvent.CommitAdvanced => CommitAdvanced,
        LogEvent.LogReset e => e.Manifest.Store.StateSegments.IsEmpty ? LogReset : LogResetWithStateBeside,
        LogSnapshot s => s.Manifest.Store.StateSegments.IsEmpty ? Snapshot : SnapshotWithStateBeside,
        _ => throw new ArgumentException($"{value.GetType()} is no event of the log", nameof(value)),
    };

    public static int Size(object value) => value switch
    {
        LogEvent.EntriesAppended e =>
            ProtoSize.Int64(1, e.PrevIndex) + ProtoSize.Int64(2, e.CommitIndex) + EntryCodec.Size(3, e.Entries),
        LogEvent.TermAndVoteChanged e => ProtoSize.Int64(1, e.Term) + ProtoSize.UInt64(2, e.Vote.Value),
        LogEvent.CommitAdvanced e => ProtoSize.Int64(1, e.Index),
        LogEvent.LogReset e => ProtoSize.Message(1, CheckpointManifestCodec.Size(e.Manifest)),
        LogSnapshot s => ProtoSize.Message(1, CheckpointManifestCodec.Size(s.Manifest))
            + ProtoSize.Int64(2, s.Term) + ProtoSize.UInt64(3, s.Vote.Value) + ProtoSize.Int64(4, s.CommitIndex),
        _ => throw new ArgumentException($"{value.GetType()} is no event of the log", nameof(value)),
    };

    /// <summary>Writes exactly <see cref="Size"/> bytes; the data of each entry is copied once, here.</summary>
    public static void Write(Span<byte> output, object value)
    {
        var writer = new ProtoWriter(output);
        switch (value)
        {
            case LogEvent.EntriesAppended e:
                writer.Int64(1, e.PrevIndex);
                writer.Int64(2, e.CommitIndex);
                EntryCodec.Write(ref writer, 3, e.Entries);
                break;
            case LogEvent.TermAndVoteChanged e:
                writer.Int64(1, e.Term);
                writer.UInt64(2, e.Vote.Value);
                break;
            case LogEvent.CommitAdvanced e:
                writer.Int64(1, e.Index);
                break;
            case LogEvent.LogReset e:
                Write(ref writer, e.Manifest);
                break;
            case LogSnapshot s:
                Write(ref writer, s.Manifest);
                writer.Int64(2, s.Term);
                writer.UInt64(3, s.Vote.Value);
                writer.Int64(4, s.CommitIndex);
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is no event of the log", nameof(value));
        }
    }

    public static object Decode(ReadOnlyMemory<byte> bytes, string manifest) => manifest switch
    {
        EntriesAppended => DecodeEntries(bytes),
        TermAndVoteChanged => DecodeTermAndVote(bytes),
        CommitAdvanced => new LogEvent.CommitAdvanced(DecodeNumbers(bytes)[1]),
        LogReset or LogResetWithStateBeside => new LogEvent.LogReset(DecodeManifest(bytes)),
        Snapshot or SnapshotWithStateBeside => DecodeSnapshot(bytes),
        _ => throw new MalformedMessageException($"unknown manifest '{manifest}' of a log event"),
    };

    private static void Write(ref ProtoWriter writer, CheckpointManifest manifest)
    {
        writer.MessageHeader(1, CheckpointManifestCodec.Size(manifest));
        CheckpointManifestCodec.Write(ref writer, manifest);
    }

    private static LogEvent.EntriesAppended DecodeEntries(ReadOnlyMemory<byte> bytes)
    {
        var prevIndex = 0L;
        var commitIndex = 0L;
        var entries = ImmutableArray.CreateBuilder<LogEntry>();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    prevIndex = reader.Int64();
                    break;
                case 2:
                    commitIndex = reader.Int64();
                    break;
                case 3:
                    entries.Add(EntryCodec.Decode(reader.Bytes(), prevIndex + entries.Count + 1));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (prevIndex < 0 || commitIndex < 0 || entries.Count == 0 || entries[0].Index != prevIndex + 1)
        {
            throw new MalformedMessageException($"{entries.Count} entries after {prevIndex}, commit {commitIndex}");
        }

        return new LogEvent.EntriesAppended(prevIndex, entries.DrainToImmutable(), commitIndex);
    }

    private static LogEvent.TermAndVoteChanged DecodeTermAndVote(ReadOnlyMemory<byte> bytes)
    {
        var numbers = DecodeNumbers(bytes);
        return numbers[1] <= 0
            ? throw new MalformedMessageException($"term {numbers[1]}")
            : new LogEvent.TermAndVoteChanged(numbers[1], new MemberId((ulong)numbers[2]));
    }

    private static LogSnapshot DecodeSnapshot(ReadOnlyMemory<byte> bytes)
    {
        var numbers = DecodeNumbers(bytes);
        return numbers[2] < 0 || numbers[4] < 0
            ? throw new MalformedMessageException($"snapshot in term {numbers[2]}, commit {numbers[4]}")
            : new LogSnapshot(DecodeManifest(bytes), numbers[2], new MemberId((ulong)numbers[3]), numbers[4]);
    }

    private static long[] DecodeNumbers(ReadOnlyMemory<byte> bytes)
    {
        var numbers = new long[5];
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field is >= 1 and <= 4 && reader.Type == WireType.Varint)
            {
                var field = reader.Field;
                numbers[field] = reader.Int64();
            }
            else
            {
                reader.Skip();
            }
        }

        return numbers;
    }

    private static CheckpointManifest DecodeManifest(ReadOnlyMemory<byte> bytes)
    {
        CheckpointManifest? manifest = null;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                manifest = CheckpointManifestCodec.Decode(reader.Bytes());
            }
            else
            {
                reader.Skip();
            }
        }

        return manifest ?? throw new MalformedMessageException("no checkpoint manifest");
    }
}
