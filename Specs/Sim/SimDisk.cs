using System.Buffers.Binary;
using System.Text;
using ActorEtcd.Log;
using ActorEtcd.Persistence.Serialization;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// The journal file and the snapshots of one member. What was flushed survives a crash; of a flush under way a prefix
/// may, with a torn or damaged record behind it, which the checksum of its frame tells.
/// </summary>
internal sealed class SimDisk(SimWorld world, SimMember owner)
{
    private const int FrameHeader = 12;

    private static readonly LogEventSerializer Serializer = new(null!);

    private readonly List<byte[]> _frames = [];
    private readonly List<(long SequenceNr, byte[] Bytes)> _snapshots = [];
    private readonly List<(long SequenceNr, LogEvent Event)> _flushing = [];
    private readonly Dictionary<long, long> _terms = [];
    private long _highest;
    private long _deletedTo;
    private int _flushingLife = -1;

    /// <summary>The fold of everything durable, kept live as the log actor keeps it.</summary>
    public LogState Durable { get; private set; } = new();

    public long HighestSequenceNr => _highest;

    /// <summary>Whether the entry of that index and term, or a checkpoint that covers it, would survive a crash.</summary>
    public bool Holds(long index, long term) => index <= Durable.BaseIndex
        || (index <= Durable.LastIndex && _terms.GetValueOrDefault(index) == term);

    /// <summary>Writes one batch and says when it is durable, or before if that is the bug.</summary>
    public void Write(int life, IReadOnlyList<(long SequenceNr, LogEvent Event)> batch, Action written)
    {
        if (owner.CrashPoint == SimCrashPoint.BeforeWrite)
        {
            owner.CrashNow();
            return;
        }

        _flushing.AddRange(batch);
        _flushingLife = life;
        if (world.Settings.Bug == SimBug.AckBeforeFlush)
        {
            written();
        }

        owner.After(life, world.FlushTime(), () => Flushed(written));
    }

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

    public void DeleteEvents(long upTo)
    {
        _deletedTo = Math.Max(_deletedTo, upTo);
        _frames.RemoveAll(frame => SequenceNrOf(frame) <= upTo);
    }

    public (long SequenceNr, LogSnapshot Snapshot)? NewestSnapshot(long maxSequenceNr)
    {
        var found = _snapshots.Where(snapshot => snapshot.SequenceNr <= maxSequenceNr).OrderBy(static snapshot => snapshot.SequenceNr).LastOrDefault();
        return found.Bytes is null ? null : (found.SequenceNr, (LogSnapshot)Decode(found.Bytes));
    }

    public IEnumerable<(long SequenceNr, LogEvent Event)> Read(long from, long to)
    {
        foreach (byte[] frame in _frames)
        {
            long sequenceNr = SequenceNrOf(frame);
            if (sequenceNr >= from && sequenceNr <= to)
            {
                yield return (sequenceNr, EventOf(frame));
            }
        }
    }

    /// <summary>Loses what was not flushed, in one of the ways in which disks do.</summary>
    public void Crash()
    {
        if (world.Settings.Bug == SimBug.VoteNotFlushed && _frames.Count > 0 && EventOf(_frames[^1]) is LogEvent.TermAndVoteChanged)
        {
            _frames.RemoveAt(_frames.Count - 1);
            _flushing.Clear();
        }

        if (_flushing.Count == 0)
        {
            return;
        }

        int survivors = world.Random.Next(_flushing.Count + 1);
        for (int i = 0; i < survivors; i++)
        {
            Append(_flushing[i].SequenceNr, _flushing[i].Event);
        }

        if (survivors < _flushing.Count)
        {
            world.Count(SimFault.UnsyncedLost);
            Damage(FrameOf(_flushing[survivors].SequenceNr, _flushing[survivors].Event));
        }

        _flushing.Clear();
    }

    /// <summary>What the next life finds: frames up to the first bad one, which can only be the last.</summary>
    public void Repair()
    {
        if (_frames.Count > 0 && !IsWhole(_frames[^1]))
        {
            _frames.RemoveAt(_frames.Count - 1);
        }

        world.Check(_frames.All(IsWhole), $"member {owner.Number + 1}: the log is damaged before its end");
        _highest = Math.Max(_deletedTo, _frames.Count == 0 ? 0 : SequenceNrOf(_frames[^1]));
        Durable = Fold();
    }

    private LogState Fold()
    {
        var state = new LogState();
        if (NewestSnapshot(long.MaxValue) is { } snapshot)
        {
            state.Restore(snapshot.Snapshot, snapshot.SequenceNr);
        }

        foreach (var (sequenceNr, logEvent) in Read(0, long.MaxValue))
        {
            if (sequenceNr > state.SequenceNr)
            {
                state.Fold(logEvent, sequenceNr);
                Note(logEvent);
            }
        }

        return state;
    }

    private void Flushed(Action written)
    {
        if (owner.CrashPoint == SimCrashPoint.DuringFlush)
        {
            owner.CrashNow();
            return;
        }

        foreach (var (sequenceNr, logEvent) in _flushing)
        {
            Append(sequenceNr, logEvent);
        }

        _flushing.Clear();
        if (owner.CrashPoint == SimCrashPoint.AfterFlush)
        {
            owner.CrashNow();
        }
        else if (world.Settings.Bug != SimBug.AckBeforeFlush)
        {
            written();
        }
    }

    private void Append(long sequenceNr, LogEvent logEvent)
    {
        byte[] frame = FrameOf(sequenceNr, logEvent);
        world.Mix(Crc32C.Compute(frame));
        _frames.Add(frame);
        _highest = sequenceNr;
        Durable.Fold(logEvent, sequenceNr);
        Note(logEvent);
    }

    private void Note(LogEvent logEvent)
    {
        if (logEvent is LogEvent.EntriesAppended appended)
        {
            foreach (LogEntry entry in appended.Entries)
            {
                _terms[entry.Index] = entry.Term;
            }
        }
    }

    private void Damage(byte[] frame)
    {
        switch (world.Random.Next(3))
        {
            case 0:
                world.Count(SimFault.TornTail);
                _frames.Add(frame[..world.Random.Next(FrameHeader, frame.Length)]);
                break;
            case 1:
                world.Count(SimFault.FlippedTail);
                frame[world.Random.Next(FrameHeader, frame.Length)] ^= (byte)(1 << world.Random.Next(8));
                _frames.Add(frame);
                break;
            default:
                break;
        }
    }

    private static bool IsWhole(byte[] frame) =>
        Crc32C.Compute(frame.AsSpan(FrameHeader)) == BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(8));

    private static long SequenceNrOf(byte[] frame) => BinaryPrimitives.ReadInt64LittleEndian(frame);

    private static byte[] FrameOf(long sequenceNr, LogEvent logEvent)
    {
        byte[] frame = [.. new byte[FrameHeader], .. Encode(logEvent)];
        BinaryPrimitives.WriteInt64LittleEndian(frame, sequenceNr);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc32C.Compute(frame.AsSpan(FrameHeader)));
        return frame;
    }

    private static LogEvent EventOf(byte[] frame) => (LogEvent)Decode(frame.AsSpan(FrameHeader));

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
