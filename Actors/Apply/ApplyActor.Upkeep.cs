using ActorEtcd.Client;
using ActorEtcd.Store;
using Akka.Actor;

namespace ActorEtcd.Apply;

/// <content>Compaction and defragmentation, in slices between which requests are served.</content>
public sealed partial class ApplyActor
{
    private readonly List<Pending<bool>> _awaitingCompaction = [];
    private readonly MendPatience _upkeepPatience = new();
    private bool _upkeepScheduled;
    private TimeSpan? _compactingSince;

    // Those who wait for a defragmentation go through these lists in this order: until nothing is left to rewrite, until
    // a checkpoint can begin, and until that checkpoint is over, which deletes the files that it no longer names.
    private readonly List<Pending<bool>> _defragmenting = [];
    private readonly List<Pending<bool>> _awaitingCheckpoint = [];
    private readonly List<Pending<bool>> _checkpointing = [];

    private void OnUpkeepDue()
    {
        TakeCheckpointWhenDue();
        ScheduleUpkeep();
    }

    // Between slices the mailbox gets its turn, so that compaction never delays requests by more than one slice.
    private void ScheduleUpkeep()
    {
        if (!_upkeepScheduled)
        {
            _upkeepScheduled = true;
            Self.Tell(Upkeep.Instance);
        }
    }

    private void DoUpkeep()
    {
        _upkeepScheduled = false;
        var store = _applier.Store;
        var wasCompacting = store.IsCompacting;
        try
        {
            var isMore = wasCompacting ? CompactSlice(store) : MoveSlice(store);
            if (!wasCompacting && !isMore)
            {
                EndRewriting();
                return;
            }
        }
        catch (SegmentDamagedException damage) when (_upkeepPatience.Meet())
        {
            // It goes on where it stopped, when upkeep is due again.
            Context.System.EventStream.Publish(new VerifySegment(damage.SegmentId));
            return;
        }

        _upkeepPatience.Pass();

        // The last slice of a compaction is published too, and leaves segments that may be worth moving together.
        Announce(_applier.Publish(_index, _term));
        ScheduleUpkeep();
        EndCompaction();
    }

    private bool CompactSlice(MvccStore store)
    {
        var clock = Context.System.Scheduler;
        var start = clock.HighResMonotonicClock;
        var before = store.CompactedChanges;
        _compactingSince ??= start;
        var isMore = store.CompactSlice(ApplySettings.UpkeepItems);
        var end = clock.HighResMonotonicClock;
        _settings.Compaction.IndexSlice(end - start, store.CompactedChanges - before);
        if (!isMore)
        {
            _settings.Compaction.Ended(end - _compactingSince.Value, clock.Now);
            _compactingSince = null;
        }

        return isMore;
    }

    private bool MoveSlice(MvccStore store)
    {
        var clock = Context.System.Scheduler;
        var start = clock.HighResMonotonicClock;
        var isMore = store.RewriteSlice(ApplySettings.UpkeepItems);
        if (isMore)
        {
            _settings.Compaction.MoveSlice(clock.HighResMonotonicClock - start);
        }

        return isMore;
    }

    private void Await(Pending<bool> done)
    {
        _awaitingCompaction.Add(done);
        EndCompaction();
    }

    private void EndCompaction()
    {
        if (_awaitingCompaction.Count == 0 || _applier.Store.IsCompacting)
        {
            return;
        }

        foreach (var waiting in _awaitingCompaction)
        {
            waiting.TryComplete(true);
        }

        _awaitingCompaction.Clear();
    }

    private void Begin(Defragment defragment)
    {
        _applier.Store.BeginDefragment();
        _defragmenting.Add(defragment.Done);
        ScheduleUpkeep();
    }

    private void EndRewriting()
    {
        if (_defragmenting.Count == 0 || _applier.Store.IsDefragmenting)
        {
            return;
        }

        _awaitingCheckpoint.AddRange(_defragmenting);
        _defragmenting.Clear();
        TakeCheckpoint();
    }

    private void CountOnCheckpoint()
    {
        _checkpointing.AddRange(_awaitingCheckpoint);
        _awaitingCheckpoint.Clear();
    }

    // A checkpoint that failed leaves files to the next one; the space that records take is given back all the same.
    private void EndDefragment()
    {
        foreach (var waiting in _checkpointing)
        {
            waiting.TryComplete(true);
        }

        _checkpointing.Clear();
        if (_awaitingCheckpoint.Count > 0)
        {
            TakeCheckpoint();
        }
    }

    private sealed record Upkeep
    {
        public static readonly Upkeep Instance = new();
    }

    // Apart from Upkeep, which is in the mailbox at most once: the timer must not start a second chain of slices.
    private sealed record UpkeepDue
    {
        public static readonly UpkeepDue Instance = new();
    }
}
