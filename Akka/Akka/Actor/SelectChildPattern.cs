namespace Akka.Actor;

public class SelectChildPattern : SelectionPathElement
{
    public SelectChildPattern(string patternStr)
    {
        PatternStr = patternStr;
    }

    public string PatternStr { get; }

    public override bool Equals(object obj) => obj is SelectChildPattern other && Equals(other);

    public override int GetHashCode() => PatternStr?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => PatternStr;

    protected bool Equals(SelectChildPattern other) => PatternStr == other.PatternStr;
}
