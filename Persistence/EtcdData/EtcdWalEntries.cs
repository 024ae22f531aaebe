namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// The entries of a write-ahead log of etcd that a take-over needs, as they stand at its end: a later entry replaces
/// all from its index on.
/// </summary>
public sealed class EtcdWalEntries
{
    private readonly List<EtcdEntry> _entries = [];

    /// <summary>The kept entries, in order of their indexes.</summary>
    public IReadOnlyList<EtcdEntry> Entries => _entries;

    /// <summary>The index of the last entry; 0 when there is none.</summary>
    public long LastIndex { get; private set; }

    /// <summary>The term of the entry that the caller asked for; 0 when the log does not have it.</summary>
    public long TermAtMark { get; private set; }

    /// <summary>Reads the log.</summary>
    /// <param name="isKept">Which entries are kept.</param>
    /// <param name="mark">The index whose term is wanted.</param>
    /// <exception cref="EtcdDataException">The log is damaged.</exception>
    public static EtcdWalEntries Read(string directory, Func<EtcdEntry, bool> isKept, long mark)
    {
        var result = new EtcdWalEntries();
        foreach (var record in EtcdWalReader.Open(directory).Records())
        {
            if (record.Type == EtcdWalRecordTypes.Entry)
            {
                result.Add(EtcdWalSummary.Parse(record, EtcdEntry.Parse), isKept, mark);
            }
        }

        return result;
    }

    private void Add(EtcdEntry entry, Func<EtcdEntry, bool> isKept, long mark)
    {
        LastIndex = entry.Index;
        TermAtMark = entry.Index == mark ? entry.Term : TermAtMark;
        while (_entries is [.., var last] && last.Index >= entry.Index)
        {
            _entries.RemoveAt(_entries.Count - 1);
        }

        if (isKept(entry))
        {
            _entries.Add(entry);
        }
    }
}
