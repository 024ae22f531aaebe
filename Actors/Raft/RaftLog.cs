using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// The entries that Raft holds in memory and how far each of its stages has come.
/// Invariant: base &lt;= applied &lt;= applying &lt;= commit &lt;= last, and commit never goes back.
/// Single owner: the Raft state of one member.
/// </summary>
public sealed class RaftLog
{
    private LogEntry[] _entries = new LogEntry[64];
    private int _head;
    private int _count;
    private ImmutableArray<LogEntry> _shared = [];

    public RaftLog(long baseIndex, long baseTerm)
    {
        BaseIndex = baseIndex;
        BaseTerm = baseTerm;
        CommitIndex = ApplyingIndex = AppliedIndex = DurableIndex = baseIndex;
    }

    /// <summary>The last entry that is not held any more; its term is still known. 0 before the first entry.</summary>
    public long BaseIndex { get; private set; }

    public long BaseTerm { get; private set; }

    public long FirstIndex => BaseIndex + 1;

    public long LastIndex => BaseIndex + _count;

    public long LastTerm => _count == 0 ? BaseTerm : _entries[_head + _count - 1].Term;

    /// <summary>Everything up to here is on a majority of disks. Invariant: grows only.</summary>
    public long CommitIndex { get; private set; }

    /// <summary>Everything up to here went to the apply actor.</summary>
    public long ApplyingIndex { get; private set; }

    /// <summary>Everything up to here was applied, as the apply actor says.</summary>
    public long AppliedIndex { get; private set; }

    /// <summary>Everything up to here is on this member's disk. Goes back only when a conflict truncates.</summary>
    public long DurableIndex { get; private set; }

    /// <summary>The bytes of all entries held.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>The bytes of entries beyond the commit index.</summary>
    public long UncommittedBytes { get; private set; }

    public LogEntry this[long index]
    {
        get
        {
            Invariant.Check(
                index > BaseIndex && index <= LastIndex, $"entry {index} is not in ({BaseIndex}, {LastIndex}]");
            return _entries[_head + (int)(index - BaseIndex - 1)];
        }
    }

    /// <summary>The term of the entry, or -1 when the log does not know it.</summary>
    public long TermAt(long index)
    {
        if (index == BaseIndex)
        {
            return BaseTerm;
        }

        return index < BaseIndex || index > LastIndex ? -1 : this[index].Term;
    }

    public bool Matches(long index, long term) => TermAt(index) == term;

    /// <summary>Whether a log that ends like this has everything that this one may have committed.</summary>
    public bool IsUpToDate(long lastIndex, long lastTerm) =>
        lastTerm > LastTerm || (lastTerm == LastTerm && lastIndex >= LastIndex);

    /// <summary>
    /// The last index not after <paramref name="index"/> whose term is at most <paramref name="term"/>.
    /// </summary>
    public long LastIndexOfTermAtMost(long index, long term)
    {
        var guess = Math.Min(index, LastIndex);
        while (guess > BaseIndex && this[guess].Term > term)
        {
            guess--;
        }

        return guess;
    }

    public void Append(ImmutableArray<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            Invariant.Check(entry.Index == LastIndex + 1, $"entry {entry.Index} does not follow {LastIndex}");
            Invariant.Check(entry.Term >= LastTerm, $"entry {entry.Index}: term {entry.Term} after {LastTerm}");
            MakeRoom();
            _entries[_head + _count] = entry;
            _count++;
            SizeBytes += entry.SizeBytes;
            UncommittedBytes += entry.SizeBytes;
        }

        _shared = entries;
    }

    /// <summary>Removes the entry at the index and all that follow, because the leader's log differs there.</summary>
    public void TruncateFrom(long index)
    {
        Invariant.Check(index > CommitIndex, $"truncation at {index} would remove commit {CommitIndex}");
        while (LastIndex >= index)
        {
            ref var last = ref _entries[_head + _count - 1];
            SizeBytes -= last.SizeBytes;
            UncommittedBytes -= last.SizeBytes;
            last = null!;
            _count--;
        }

        DurableIndex = Math.Min(DurableIndex, LastIndex);
        _shared = [];
    }

    /// <summary>
    /// Entries from an index on, at most so many bytes but at least one entry when there is any. The newest
    /// batch is handed out as it came in, so that several followers and the disk share one array.
    /// </summary>
    public ImmutableArray<LogEntry> Slice(long from, long to, long bytesMax)
    {
        if (from > to)
        {
            return [];
        }

        var bytes = 0L;
        var count = 0;
        for (var index = from; index <= to; index++)
        {
            bytes += this[index].SizeBytes;
            if (count > 0 && bytes > bytesMax)
            {
                break;
            }

            count++;
        }

        if (_shared.Length == count && _shared[0].Index == from)
        {
            return _shared;
        }

        var slice = new LogEntry[count];
        Array.Copy(_entries, _head + (int)(from - BaseIndex - 1), slice, 0, count);
        return ImmutableCollectionsMarshal.AsImmutableArray(slice);
    }

    public void CommitTo(long index)
    {
        Invariant.Check(index >= CommitIndex, $"commit {CommitIndex} would go back to {index}");
        Invariant.Check(index <= LastIndex, $"commit {index} is beyond the last entry {LastIndex}");
        for (var committed = CommitIndex + 1; committed <= index; committed++)
        {
            UncommittedBytes -= this[committed].SizeBytes;
        }

        CommitIndex = index;
    }

    public void ApplyingTo(long index)
    {
        Invariant.Check(
            index >= ApplyingIndex && index <= CommitIndex,
            $"applying {ApplyingIndex} cannot become {index} with commit {CommitIndex}");
        ApplyingIndex = index;
    }

    public void AppliedTo(long index)
    {
        Invariant.Check(
            index >= AppliedIndex && index <= ApplyingIndex,
            $"applied {AppliedIndex} cannot become {index} with applying {ApplyingIndex}");
        AppliedIndex = index;
    }

    public void DurableTo(long index)
    {
        Invariant.Check(index <= LastIndex, $"durable {index} is beyond the last entry {LastIndex}");
        DurableIndex = Math.Max(DurableIndex, index);
    }

    /// <summary>
    /// Forgets entries up to a checkpoint except the newest ones that slow followers are likely to need.
    /// </summary>
    public void Compact(long checkpointIndex, int keepEntries, long keepBytes)
    {
        var target = Math.Min(checkpointIndex, AppliedIndex);
        var kept = 0L;
        var keptEntries = 0;
        while (target > BaseIndex && keptEntries < keepEntries && kept + this[target].SizeBytes <= keepBytes)
        {
            kept += this[target].SizeBytes;
            keptEntries++;
            target--;
        }

        if (target <= BaseIndex)
        {
            return;
        }

        BaseTerm = this[target].Term;
        var removed = (int)(target - BaseIndex);
        for (var i = 0; i < removed; i++)
        {
            SizeBytes -= _entries[_head + i].SizeBytes;
        }

        Array.Clear(_entries, _head, removed);
        _head += removed;
        _count -= removed;
        BaseIndex = target;
    }

    /// <summary>
    /// The state now comes from a checkpoint. Entries after it survive only if the log agrees with it.
    /// </summary>
    public void Reset(long index, long term)
    {
        Invariant.Check(index > ApplyingIndex, $"checkpoint {index} is not beyond {ApplyingIndex}, already applying");
        if (Matches(index, term))
        {
            CommitTo(Math.Max(CommitIndex, index));
            ApplyingIndex = AppliedIndex = index;
            DurableIndex = Math.Max(DurableIndex, index);
            Compact(index, keepEntries: 0, keepBytes: 0);
            return;
        }

        Invariant.Check(index > CommitIndex, $"checkpoint {index} of term {term} contradicts commit {CommitIndex}");
        Array.Clear(_entries, _head, _count);
        _head = _count = 0;
        _shared = [];
        SizeBytes = UncommittedBytes = 0;
        BaseIndex = index;
        BaseTerm = term;
        CommitIndex = ApplyingIndex = AppliedIndex = DurableIndex = index;
    }

    private void MakeRoom()
    {
        if (_head + _count < _entries.Length)
        {
            return;
        }

        var target = _count * 2 > _entries.Length ? new LogEntry[_entries.Length * 2] : _entries;
        Array.Copy(_entries, _head, target, 0, _count);
        if (ReferenceEquals(target, _entries))
        {
            Array.Clear(_entries, _count, _head);
        }

        _entries = target;
        _head = 0;
    }
}
