using System.Text;
using ActorEtcd.Log;
using ActorEtcd.Persistence.Serialization;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// What one member has on disk, from life to life: the files in which the product keeps its log, and the snapshots. Knows at any
/// time what a loss of power would leave, from the files alone.
/// </summary>
internal sealed class SimDisk(SimWorld world, SimMember owner)
{
    private const int OperationsToCrashMax = 12;

    private static readonly LogEventSerializer Serializer = new(null!);

    private readonly List<(long SequenceNr, byte[] Bytes)> _snapshots = [];
    private readonly Dictionary<long, long> _terms = [];
    private SimLogReader _reader = new(static (_, _) => { });

    public SimFileSystem Files { get; private set; } = new(world, owner);

    /// <summary>What the log's work runs on in the present life.</summary>
    public SimThreads? Threads { get; private set; }

    /// <summary>The fold of everything durable, kept live as the log actor keeps it.</summary>
    public LogState Durable { get; private set; } = new();

    /// <summary>Something that was flushed has changed: the log must not be accepted.</summary>
    public bool IsRotten { get; private set; }

    /// <summary>Something has changed of which nobody can know whether it was flushed: the log may be refused.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>Whether the entry of that index and term, or a checkpoint that covers it, would survive a crash.</summary>
    public bool Holds(long index, long term) => index <= Durable.BaseIndex
        || (index <= Durable.LastIndex && _terms.GetValueOrDefault(index) == term);

    public void SaveSnapshot(int life, long sequenceNr, LogSnapshot snapshot, Action saved) =>
        owner.After(life, world.FlushTime(), () =>
        {
            if (owner.CrashPoint == SimCrashPoint.BeforeSnapshot)
            {
                owner.CrashNow();
                return;
            }

            _snapshots.RemoveAll(other => other.SequenceNr == sequenceNr);
            _snapshots.Add((sequenceNr, Encode(snapshot)));
            Durable.Compact(snapshot.Manifest);
            world.Trace($"{owner.Number + 1} checkpoint {snapshot.Manifest.Index} is saved");
            if (owner.CrashPoint == SimCrashPoint.AfterSnapshot)
            {
                owner.CrashNow();
                return;
            }

            saved();
        });

    public void DeleteSnapshots(long upTo) => _snapshots.RemoveAll(snapshot => snapshot.SequenceNr <= upTo);

    public (long SequenceNr, LogSnapshot Snapshot)? NewestSnapshot(long maxSequenceNr)
    {
        var found = _snapshots.Where(snapshot => snapshot.SequenceNr <= maxSequenceNr).OrderBy(static snapshot => snapshot.SequenceNr).LastOrDefault();
        return found.Bytes is null ? null : (found.SequenceNr, (LogSnapshot)Decode(found.Bytes));
    }

    /// <summary>Called after every flush.</summary>
    public void Flushed() => _reader.Read(Files);

    /// <summary>
    /// The process ends, perhaps in the middle of a write, and perhaps because of the power: then what was not flushed is lost, in
    /// one of the ways in which disks do.
    /// </summary>
    public void Crash()
    {
        if (world.Random.Next(3) != 0)
        {
            Files.EndAfter(world.Random.Next(3) == 0 ? world.Random.Next(2, OperationsToCrashMax) : 1);
            Threads?.Write();
        }

        Threads = null;
        if (world.Random.Next(4) == 0)
        {
            world.Count(SimFault.Killed);
            Files = Files.Kill();
            return;
        }

        if (world.Settings.Bug == SimBug.VoteNotFlushed && _reader.Last.Event is LogEvent.TermAndVoteChanged)
        {
            Files.Blank(_reader.File!, _reader.Last.Offset);
        }

        Files = Files.Crash(MayBeDamaged, out bool isFlipped);
        IsSuspect |= isFlipped;
    }

    /// <summary>Others can do without this log: nobody else is without one.</summary>
    public bool MayBeDamaged => !IsRotten && world.Settings is { Spares: 0, Members: >= 3 }
        && world.Members.All(other => other == owner || !(other.HasLostLog || other.Disk.IsRotten || other.Disk.IsSuspect));

    /// <summary>A bit of what was flushed changes while nobody looks.</summary>
    public void Rot()
    {
        var reader = new SimLogReader(static (_, _) => { });
        reader.Read(Files);
        var candidates = Files.DurableFiles
            .Where(file => SimLogReader.IsLog(file.Key) && string.CompareOrdinal(file.Key, reader.File) <= 0)
            .Select(file => (file.Value, Length: file.Key == reader.File ? reader.End : file.Value.Durable.Length))
            .ToArray();
        if (candidates.Length > 0)
        {
            var (file, length) = candidates[world.Random.Next(candidates.Length)];
            file.Flip(world.Random.Next(length), world.Random.Next(8));
            world.Count(SimFault.SyncedFlipped);
            IsRotten = true;
        }
    }

    /// <summary>What was there is set aside.</summary>
    public void Lose()
    {
        Files = new SimFileSystem(world, owner);
        Threads = null;
        Durable = new LogState();
        IsRotten = IsSuspect = false;
        _snapshots.Clear();
        _terms.Clear();
    }

    /// <summary>A life begins: reads what is there.</summary>
    public void Begin()
    {
        Threads = new SimThreads(owner);
        var state = new LogState();
        if (NewestSnapshot(long.MaxValue) is { } snapshot)
        {
            state.Restore(snapshot.Snapshot, snapshot.SequenceNr);
        }

        Durable = state;
        _reader = new SimLogReader((sequenceNr, logEvent) =>
        {
            if (sequenceNr > state.SequenceNr)
            {
                state.Fold(logEvent, sequenceNr);
                Note(sequenceNr, logEvent);
            }
        });
        _reader.Read(Files);
    }

    private void Note(long sequenceNr, LogEvent logEvent)
    {
        world.Mix((ulong)sequenceNr);
        if (logEvent is LogEvent.EntriesAppended appended)
        {
            foreach (LogEntry entry in appended.Entries)
            {
                _terms[entry.Index] = entry.Term;
                world.Mix(Crc32C.Compute(entry.Data.Span));
            }
        }
    }

    private static byte[] Encode(object value)
    {
        byte[] manifest = Encoding.ASCII.GetBytes(Serializer.Manifest(value));
        return [(byte)manifest.Length, .. manifest, .. Serializer.ToBinary(value)];
    }

    private static object Decode(ReadOnlySpan<byte> bytes)
    {
        int manifestLength = bytes[0];
        string manifest = Encoding.ASCII.GetString(bytes.Slice(1, manifestLength));
        return Serializer.FromBinary(bytes[(1 + manifestLength)..].ToArray(), manifest);
    }
}
