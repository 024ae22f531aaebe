using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Members;

namespace ActorEtcd.Specs.Simulation;

/// <summary>
/// The journal and snapshot store of one member: what is durable survives a crash, what was only asked for
/// may survive in part, in order. Writes that came during a flush are flushed together.
/// </summary>
public sealed class SimDisk
{
    private readonly SimWorld _world;
    private readonly int _owner;
    private readonly List<(long SequenceNr, LogEvent Event)> _journal = [];
    private readonly Queue<(LogEvent Event, long Ack)> _waiting = new();
    private readonly List<(LogEvent Event, long Ack)> _flushing = [];
    private (long SequenceNr, LogSnapshot Snapshot)? _snapshot;
    private long _sequenceNr;

    public SimDisk(SimWorld world, int owner)
    {
        _world = world;
        _owner = owner;
        Begin();
    }

    /// <summary>The fold of everything durable, kept live as the log actor keeps it.</summary>
    public LogState Durable { get; private set; } = new();

    public void Write(LogEvent logEvent, long ack)
    {
        _waiting.Enqueue((logEvent, ack));
        if (_flushing.Count == 0)
        {
            Flush();
        }
    }

    public void SaveCheckpoint(CheckpointManifest manifest)
    {
        if (manifest.Index <= Durable.BaseIndex)
        {
            return;
        }

        var covered = Durable.SequenceNrCoveredBy(manifest.Index);
        _snapshot = (covered, Durable.SnapshotOf(manifest));
        Durable.Compact(manifest);
        if (_world.Random.Next(4) != 0)
        {
            _journal.RemoveAll(written => written.SequenceNr <= covered);
        }
    }

    /// <summary>Loses what was not flushed; of a flush under way a prefix may have reached the disk.</summary>
    public void Crash()
    {
        var survivors = _flushing.Count == 0 ? 0 : _world.Random.Next(_flushing.Count + 1);
        foreach (var (logEvent, _) in _flushing.Take(survivors))
        {
            Append(logEvent);
        }

        _flushing.Clear();
        _waiting.Clear();
    }

    /// <summary>All is gone, as when a damaged log is set aside; the member begins as it once began.</summary>
    public void Lose()
    {
        _journal.Clear();
        _snapshot = null;
        _sequenceNr = 0;
        Durable = new LogState();
        Begin();
    }

    /// <summary>Replays snapshot and events as the log actor does, and checks that this equals the live fold.</summary>
    public LogRecovered Recover()
    {
        var replayed = new LogState();
        if (_snapshot is { } saved)
        {
            replayed.Restore(saved.Snapshot, saved.SequenceNr);
        }

        foreach (var (sequenceNr, logEvent) in _journal)
        {
            if (sequenceNr > replayed.SequenceNr)
            {
                replayed.Fold(logEvent, sequenceNr);
            }
        }

        var (live, recovered) = (Durable.ToRecovered(), replayed.ToRecovered());
        _world.Check(
            live.Term == recovered.Term && live.Vote == recovered.Vote && live.BaseIndex == recovered.BaseIndex
            && live.Entries.SequenceEqual(recovered.Entries),
            $"member {_owner}: replay differs from the live fold: term {live.Term}/{recovered.Term} "
            + $"vote {live.Vote}/{recovered.Vote} base {live.BaseIndex}/{recovered.BaseIndex} "
            + $"entries {live.Entries.Length}/{recovered.Entries.Length}");
        Durable = replayed;
        return recovered;
    }

    private void Begin()
    {
        if (_owner < _world.Settings.Members)
        {
            Append(new LogEvent.TermAndVoteChanged(InitialLog.Term, MemberId.None));
            Append(new LogEvent.EntriesAppended(0, _world.Bootstrap, _world.Bootstrap.Length));
        }
    }

    private void Flush()
    {
        while (_waiting.TryDequeue(out var write))
        {
            _flushing.Add(write);
        }

        _world.After(_world.DiskLatency(), _owner, Flushed);
    }

    private void Flushed()
    {
        var ack = 0L;
        foreach (var (logEvent, sequence) in _flushing)
        {
            Append(logEvent);
            ack = Math.Max(ack, sequence);
        }

        _flushing.Clear();
        if (_waiting.Count > 0)
        {
            Flush();
        }

        if (ack > 0)
        {
            _world.Members[_owner].Persisted(ack);
        }
    }

    private void Append(LogEvent logEvent)
    {
        _sequenceNr++;
        _journal.Add((_sequenceNr, logEvent));
        Durable.Fold(logEvent, _sequenceNr);
        if (logEvent is LogEvent.LogReset reset)
        {
            _world.Members[_owner].ResetDurable(reset.Manifest);
        }
    }
}
