using System.Collections.Immutable;
using System.Globalization;
using ActorEtcd.Specs.Chaos.Checker;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// What clients and a watch of a store without any fault would have noted, made up from a seed: every request happens at one
/// moment and overlaps with others around it, and of some the outcome is unknown.
/// </summary>
internal sealed class MadeUpRun
{
    private const int Overlap = 20;
    private const int Keys = 3;

    private readonly Random _random;
    private readonly SortedDictionary<string, HistoryEvent> _store = new(StringComparer.Ordinal);
    private long _now = 1000;
    private long _revision = 1;
    private int _number;

    public MadeUpRun(int seed, int requests)
    {
        _random = new Random(seed);
        while (_number < requests)
        {
            _now += _random.Next(1, 6);
            _number++;
            Request();
        }
    }

    public List<HistoryEvent> History { get; } = [];

    public List<Write> Writes { get; } = [];

    public List<Read> Reads { get; } = [];

    public List<RangeRead> RangeReads { get; } = [];

    public List<Call<SetOperation>> SetCalls { get; } = [];

    public List<Call<ListTransaction>> ListCalls { get; } = [];

    public List<LockHold> Holds { get; } = [];

    public ChaosLog Log()
    {
        var log = new ChaosLog();
        Writes.ForEach(log.Add);
        Reads.ForEach(log.Reads.Enqueue);
        RangeReads.ForEach(log.RangeReads.Enqueue);
        SetCalls.ForEach(call => log.SetCalls.Enqueue((0, call)));
        ListCalls.ForEach(call => log.ListCalls.Enqueue((0, call)));
        Holds.ForEach(log.Holds.Enqueue);
        return log;
    }

    /// <summary>What the key had at a revision; null for nothing.</summary>
    public HistoryEvent? At(string key, long revision) =>
        History.LastOrDefault(change => change.Key == key && change.Revision <= revision) is { Value: not null } there ? there : null;

    private void Request()
    {
        switch (_random.Next(10))
        {
            case 0 or 1:
                Write($"own/0/{_random.Next(Keys)}", $"v{_number}", null);
                break;
            case 2:
                string deleted = $"own/0/{_random.Next(Keys)}";
                Write(_store.ContainsKey(deleted) ? deleted : "own/0/0", _store.ContainsKey(deleted) ? null : $"v{_number}", null);
                break;
            case 3:
                string compared = $"shared/{_random.Next(Keys)}";
                Write(compared, $"v{_number}", _store.GetValueOrDefault(compared) ?? new HistoryEvent(0, compared, null));
                break;
            case 4 or 5:
                Read($"{(_random.Next(2) == 0 ? "own/0" : "shared")}/{_random.Next(Keys)}", _revision, linearizable: true);
                break;
            case 6:
                Read($"shared/{_random.Next(Keys)}", _random.NextInt64(1, _revision + 1), linearizable: false);
                break;
            case 7:
                Set();
                break;
            case 8:
                List();
                break;
            default:
                Hold();
                break;
        }
    }

    private (long Start, long End) Around() => (_now - _random.Next(Overlap), _now + _random.Next(Overlap));

    /// <summary>True when it is known to have happened.</summary>
    private bool Write(string key, string? value, HistoryEvent? expected)
    {
        (long start, long end) = Around();
        bool isUnknown = _random.Next(12) == 0;
        bool happens = !isUnknown || _random.Next(2) == 0;
        if (happens)
        {
            Happens(key, value);
        }

        Writes.Add(new Write(_number, key, value, expected?.Revision ?? -1, expected?.Value, start, end, isUnknown ? 0 : _revision));
        return !isUnknown;
    }

    private void Happens(string key, string? value)
    {
        var change = new HistoryEvent(++_revision, key, value);
        History.Add(change);
        if (value == null)
        {
            _store.Remove(key);
        }
        else
        {
            _store[key] = change;
        }
    }

    private void Read(string key, long revision, bool linearizable)
    {
        (long start, long end) = Around();
        HistoryEvent? found = At(key, revision);
        Reads.Add(new Read(_number, "m", key, linearizable, revision, found?.Value, found?.Revision ?? 0, start, end));
    }

    private void Set()
    {
        (long start, long end) = Around();
        if (_random.Next(2) == 0)
        {
            string element = _number.ToString(CultureInfo.InvariantCulture);
            bool isKnown = Write("set/0/" + element, element, null);
            Write added = Writes[^1];
            SetCalls.Add(new Call<SetOperation>(
                _number, new SetOperation.Add(element), added.StartedAt, isKnown ? added.FinishedAt : Call<SetOperation>.Never));
            return;
        }

        (string, string, long)[] found =
        [
            .. _store.Values.Where(there => there.Key.StartsWith("set/0/", StringComparison.Ordinal))
                .Select(there => (there.Key, there.Value!, there.Revision)),
        ];
        RangeReads.Add(new RangeRead("m", "set/0/", true, _revision, found, start, end));
        SetCalls.Add(new Call<SetOperation>(_number, new SetOperation.Read([.. found.Select(one => one.Item2)]), start, end));
    }

    private void List()
    {
        string key = $"list/0/{_random.Next(2)}";
        HistoryEvent? before = _store.GetValueOrDefault(key);
        string element = _number.ToString(CultureInfo.InvariantCulture);
        bool isKnown = Write(
            key, before == null ? element : $"{before.Value} {element}", before ?? new HistoryEvent(0, key, null));
        Write grown = Writes[^1];
        var appended = new ListTransaction([(key, before?.Value ?? "")], [(key, element)]);
        ListCalls.Add(new Call<ListTransaction>(
            _number, appended, grown.StartedAt, isKnown ? grown.FinishedAt : Call<ListTransaction>.Never));
    }

    /// <summary>A lock that is got, used for a guarded write and released, each at a moment of its own.</summary>
    private void Hold()
    {
        long asked = _now;
        _now += 2 * Overlap;
        Happens("lock/0", $"h{_number}");
        long token = _revision;
        Writes.Add(new Write(_number, "lock/0", $"h{_number}", 0, null, asked, _now, token));
        long held = ++_now;
        Happens("guarded/0", $"{token}:{_now}");
        Writes.Add(new Write(_number, "guarded/0", $"{token}:{_now}", -1, null, _now, _now + 1, _revision));
        _now += 2 * Overlap;
        Happens("lock/0", null);
        Writes.Add(new Write(_number, "lock/0", null, -1, null, _now - 1, _now + 1, _revision));
        Holds.Add(new LockHold("lock/0", _number, token, asked, held, _now - 1));
    }
}
