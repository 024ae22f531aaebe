using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal;

/// <summary>A filter by message and source that reports its matches.</summary>
public abstract class EventFilterBase : IEventFilter
{
    private readonly IStringMatcher _messageMatcher;
    private readonly IStringMatcher _sourceMatcher;

    protected EventFilterBase(IStringMatcher? messageMatcher, IStringMatcher? sourceMatcher)
    {
        _messageMatcher = messageMatcher ?? MatchesAll.Instance;
        _sourceMatcher = sourceMatcher ?? MatchesAll.Instance;
    }

    public event EventMatched? EventMatched;

    protected abstract string FilterDescriptiveName { get; }

    public bool Apply(LogEvent logEvent)
    {
        if (!IsMatch(logEvent))
        {
            return false;
        }

        OnEventMatched(logEvent);
        return true;
    }

    public override string ToString()
    {
        var conditions = new List<string>(2);
        if (_messageMatcher is not MatchesAll)
        {
            conditions.Add($"Message {_messageMatcher}");
        }

        if (_sourceMatcher is not MatchesAll)
        {
            conditions.Add($"Source {_sourceMatcher}");
        }

        return conditions.Count == 0
            ? FilterDescriptiveName
            : $"{FilterDescriptiveName} when {string.Join(" and ", conditions)}";
    }

    protected abstract bool IsMatch(LogEvent evt);

    protected bool InternalDoMatch(string src, object? msg) =>
        _sourceMatcher.IsMatch(src) && _messageMatcher.IsMatch(msg?.ToString() ?? "null");

    protected virtual void OnEventMatched(LogEvent logEvent) => EventMatched?.Invoke(this, logEvent);
}
