using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ActorEtcd.Log;

/// <summary>
/// The fold of the log's events: the same code runs when an event has just become durable and when it is
/// replayed. Also knows which event each entry came from, so that a checkpoint can say which events it covers.
/// Single owner: the log actor.
/// </summary>
public sealed class LogState
{
    private readonly List<LogEntry> _entries = [];
    private readonly List<Span> _spans = [];

    public long Term { get; private set; }

    public MemberId Vote { get; private set; }

    public long CommitIndex { get; private set; }

    /// <summary>The checkpoint on which the entries build; null before the first.</summary>
    public CheckpointManifest? Manifest { get; private set; }

    public long BaseIndex => Manifest?.Index ?? 0;

    public long LastIndex => BaseIndex + _entries.Count;

    /// <summary>The journal's number of the newest event folded, or the one that the snapshot covers.</summary>
    public long SequenceNr { get; private set; }

    /// <summary>Starts from what the snapshot store offers.</summary>
    public void Restore(LogSnapshot snapshot, long sequenceNr)
    {
        Manifest = snapshot.Manifest;
        Term = snapshot.Term;
        Vote = snapshot.Vote;
        CommitIndex = Math.Max(snapshot.CommitIndex, snapshot.Manifest.Index);
        SequenceNr = sequenceNr;
    }

    public void Fold(LogEvent logEvent, long sequenceNr)
    {
        Invariant.Check(sequenceNr > SequenceNr, $"event {sequenceNr} does not follow {SequenceNr}");
        switch (logEvent)
        {
            case LogEvent.EntriesAppended e:
                Append(e, sequenceNr);
                break;
            case LogEvent.TermAndVoteChanged e:
                Enter(e.Term, e.Vote);
                break;
            case LogEvent.CommitAdvanced e:
                CommitIndex = Math.Max(CommitIndex, e.Index);
                break;
            case LogEvent.LogReset e:
                Reset(e.Manifest);
                break;
            default:
                throw new InvariantViolatedException($"event {sequenceNr} is a {logEvent.GetType().Name}");
        }

        SequenceNr = sequenceNr;
    }

    /// <summary>
    /// The newest event such that it and all before it hold nothing beyond the index: a snapshot of a
    /// checkpoint at that index may replace them, and the events after it still replay correctly.
    /// </summary>
    public long SequenceNrCoveredBy(long index)
    {
        foreach (var span in _spans)
        {
            if (span.LastIndex > index)
            {
                return span.SequenceNr - 1;
            }
        }

        return SequenceNr;
    }

    /// <summary>A checkpoint was saved: entries and events that it covers are forgotten.</summary>
    public void Compact(CheckpointManifest manifest)
    {
        if (manifest.Index <= BaseIndex)
        {
            return;
        }

        var covered = SequenceNrCoveredBy(manifest.Index);
        _spans.RemoveAll(span => span.SequenceNr <= covered);
        _entries.RemoveRange(0, (int)Math.Min(manifest.Index - BaseIndex, _entries.Count));
        Cover(manifest);
    }

    /// <summary>
    /// What others have committed is applied before it is on this disk, so a checkpoint may be of a later term than any
    /// event so far. A vote of that term, if there is one, follows and was told to nobody yet.
    /// </summary>
    public LogSnapshot SnapshotOf(CheckpointManifest manifest) => manifest.Term > Term
        ? new(manifest, manifest.Term, MemberId.None, CommitIndex)
        : new(manifest, Term, Vote, CommitIndex);

    public LogRecovered ToRecovered() =>
        new(Term, Vote, Manifest, ImmutableCollectionsMarshal.AsImmutableArray(_entries.ToArray()), CommitIndex);

    private void Append(LogEvent.EntriesAppended e, long sequenceNr)
    {
        Invariant.Check(
            e.PrevIndex <= LastIndex, $"event {sequenceNr} appends after {e.PrevIndex}, the log ends at {LastIndex}");
        var first = Math.Max(e.PrevIndex, BaseIndex) + 1;
        TruncateFrom(first);
        var skipped = (int)Math.Min(first - e.PrevIndex - 1, e.Entries.Length);
        for (var i = skipped; i < e.Entries.Length; i++)
        {
            _entries.Add(e.Entries[i]);
        }

        if (skipped < e.Entries.Length)
        {
            _spans.Add(new Span { SequenceNr = sequenceNr, LastIndex = LastIndex });
        }

        CommitIndex = Math.Max(CommitIndex, Math.Min(e.CommitIndex, LastIndex));
    }

    /// <summary>
    /// A snapshot carries the term and vote of the time it was saved, and events older than that may follow
    /// it on replay: they are overtaken, not obeyed.
    /// </summary>
    private void Enter(long term, MemberId vote)
    {
        if (term > Term)
        {
            Term = term;
            Vote = vote;
        }
        else if (term == Term && Vote.IsNone)
        {
            Vote = vote;
        }
    }

    private void Reset(CheckpointManifest manifest)
    {
        if (manifest.Index <= BaseIndex)
        {
            return;
        }

        var offset = manifest.Index - BaseIndex - 1;
        if (offset >= _entries.Count || _entries[(int)offset].Term != manifest.Term)
        {
            _entries.Clear();
            _spans.Clear();
        }
        else
        {
            _entries.RemoveRange(0, (int)offset + 1);
            _spans.RemoveAll(span => span.LastIndex <= manifest.Index);
        }

        Cover(manifest);
    }

    private void Cover(CheckpointManifest manifest)
    {
        Manifest = manifest;
        CommitIndex = Math.Max(CommitIndex, manifest.Index);
        Enter(manifest.Term, MemberId.None);
    }

    private void TruncateFrom(long index)
    {
        if (index > LastIndex)
        {
            return;
        }

        var keep = (int)(index - BaseIndex - 1);
        _entries.RemoveRange(keep, _entries.Count - keep);
        for (var i = _spans.Count - 1; i >= 0 && _spans[i].LastIndex >= index; i--)
        {
            _spans[i].LastIndex = index - 1;
        }
    }

    /// <summary>One append event and the last entry that still stands of it; not decreasing along the list.</summary>
    private sealed class Span
    {
        public required long SequenceNr { get; init; }

        public required long LastIndex { get; set; }
    }
}
