using System.Collections.Immutable;
using System.Text;
using ActorEtcd.Messages;
using ActorEtcd.Store;
using ActorEtcd.Watch;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// The one history that all members and clients must agree on: what each revision changed. Every answer to a client is
/// held against it, and against what clients had been told before they asked.
/// </summary>
internal sealed class SimHistory(SimWorld world)
{
    /// <summary>A store that nothing was written to is at revision 1.</summary>
    private const long FirstRevision = 1;

    private readonly List<SimChange[]> _revisions = [[], []];
    private readonly Dictionary<string, List<SimChange>> _ofKey = [];
    private readonly Dictionary<string, long> _values = [];
    private readonly Dictionary<SimMember, (int Life, long Revision)> _members = [];

    /// <summary>The newest revision that any member has applied.</summary>
    public long Revision => _revisions.Count - 1;

    /// <summary>The newest revision that a client was told of as a linearizable answer.</summary>
    public long Acknowledged { get; private set; } = FirstRevision;

    public long Answers { get; private set; }

    /// <summary>Revisions come without gaps and are the same on every member.</summary>
    public void Applied(SimMember member, EventsApplied applied)
    {
        ImmutableArray<WatchEvent> events = applied.Events;
        for (int start = 0; start < events.Length;)
        {
            long revision = events[start].Revision;
            int end = start;
            while (end < events.Length && events[end].Revision == revision)
            {
                end++;
            }

            SimChange[] changes = [.. events[start..end].Select(ChangeOf)];
            var (life, last) = _members.GetValueOrDefault(member);
            world.Check(
                life != member.Life || revision == last + 1, $"member {member.Number + 1}: revision {revision} is applied after {last}");
            _members[member] = (member.Life, revision);
            Take(member, revision, changes);
            start = end;
        }
    }

    /// <summary>A checkpoint took the member's store to the revision.</summary>
    public void Replaced(SimMember member, long revision)
    {
        world.Check(revision <= Revision, $"member {member.Number + 1}: a checkpoint at revision {revision}, applied were {Revision}");
        _members[member] = (member.Life, revision);
    }

    public IReadOnlyList<SimChange> At(long revision) => revision < _revisions.Count ? _revisions[(int)revision] : [];

    /// <summary>The newest change of the key up to a revision; null when there is none.</summary>
    public SimChange? Find(string key, long revision)
    {
        if (!_ofKey.TryGetValue(key, out List<SimChange>? changes))
        {
            return null;
        }

        int index = changes.Count - 1;
        while (index >= 0 && changes[index].Revision > revision)
        {
            index--;
        }

        return index < 0 ? null : changes[index];
    }

    /// <summary>The value that was written last up to a revision; null when none was.</summary>
    public string? NewestValue(long revision)
    {
        for (long at = Math.Min(revision, Revision); at > FirstRevision; at--)
        {
            if (At(at).FirstOrDefault(static change => !change.IsDelete) is { } change)
            {
                return change.Value;
            }
        }

        return null;
    }

    public void PutAnswered(long toldBefore, long revision, string key, string value)
    {
        Told(toldBefore + 1, revision, $"put {key}");
        world.Check(
            At(revision).Any(change => change.Key == key && change.Value == value),
            $"the put of {value} to {key} was answered with revision {revision}, which holds {Text(At(revision))}");
    }

    public void DeleteAnswered(long toldBefore, DeleteRangeResult result, string key)
    {
        Told(result.Deleted > 0 ? toldBefore + 1 : toldBefore, result.Revision, $"delete {key}");
        world.Check(
            Find(key, result.Revision) is null or { IsDelete: true },
            $"{key} was deleted at {result.Revision}, where it holds {Find(key, result.Revision)}");
    }

    /// <summary>A transaction that writes if the key's mod revision is as expected, and reads it otherwise.</summary>
    public void SwapAnswered(long toldBefore, TxnResult result, string key, long expected)
    {
        Told(result.Succeeded ? toldBefore + 1 : toldBefore, result.Revision, $"swap {key}");
        SimChange? before = Find(key, result.Succeeded ? result.Revision - 1 : result.Revision);
        long modRevision = before is null or { IsDelete: true } ? 0 : before.Revision;
        world.Check(
            result.Succeeded == (modRevision == expected),
            $"the transaction at {result.Revision} expected {key} at {expected} and said {result.Succeeded}, it was at {modRevision}");
    }

    public void ReadAnswered(long toldBefore, RangeResult result, bool isSerializable, string what)
    {
        if (!isSerializable)
        {
            Told(toldBefore, result.Revision, what);
        }

        Answers++;
        world.Check(result.Revision <= Revision, $"a {what} tells revision {result.Revision}, applied were {Revision}");
        int found = 0;
        foreach (ReadOnlyMemory<byte> record in result.Kvs)
        {
            KeyValue kv = KeyValue.Parse(record.Span);
            string key = Encoding.UTF8.GetString(kv.Key);
            SimChange? change = Find(key, result.Revision);
            found++;
            world.Check(
                change is { IsDelete: false } && change.Crc == Crc32C.Compute(record.Span),
                $"a {what} at {result.Revision} has {key} of {kv.ModRevision}, history has {change}");
        }

        int expected = _ofKey.Keys.Count(key => Find(key, result.Revision) is { IsDelete: false });
        world.Check(found == expected, $"a {what} at {result.Revision} has {found} keys, history has {expected}");
    }

    private void Told(long atLeast, long revision, string what)
    {
        Answers++;
        world.Check(
            revision >= atLeast, $"{what} was answered with revision {revision}, at least {atLeast} was due: the answer is not linearizable");
        Acknowledged = Math.Max(Acknowledged, revision);
    }

    private void Take(SimMember member, long revision, SimChange[] changes)
    {
        if (revision <= Revision)
        {
            world.Check(
                changes.AsSpan().SequenceEqual(At(revision).ToArray()),
                $"member {member.Number + 1}: revision {revision} is {Text(changes)}, another member has {Text(At(revision))}");
            return;
        }

        world.Check(revision == Revision + 1, $"member {member.Number + 1}: revision {revision} comes after {Revision}");
        _revisions.Add(changes);
        foreach (SimChange change in changes)
        {
            if (!_ofKey.TryGetValue(change.Key, out List<SimChange>? ofKey))
            {
                _ofKey.Add(change.Key, ofKey = []);
            }

            ofKey.Add(change);
            if (!change.IsDelete)
            {
                world.Check(
                    _values.TryAdd(change.Value, revision),
                    $"the put of {change.Value} was applied at {_values.GetValueOrDefault(change.Value)} and again at {revision}");
                world.Admission.TookEffect(revision, change.Value);
            }
        }
    }

    private static SimChange ChangeOf(WatchEvent e)
    {
        KeyValue kv = KeyValue.Parse(e.Kv.Span);
        return new SimChange(
            e.Revision, e.Key.ToString(), e.IsDelete, Encoding.UTF8.GetString(kv.Value), kv.Lease.Value, Crc32C.Compute(e.Kv.Span));
    }

    private static string Text(IEnumerable<SimChange> changes) => $"[{string.Join(", ", changes)}]";
}
