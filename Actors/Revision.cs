namespace ActorEtcd;

/// <summary>
/// The place of one change in the history of the store: <paramref name="Main"/> counts the requests that
/// changed something (1 is the empty store), <paramref name="Sub"/> the changes within one request, from 0.
/// </summary>
public readonly record struct Revision(long Main, long Sub) : IComparable<Revision>
{
    public static bool operator <(Revision left, Revision right) => left.CompareTo(right) < 0;

    public static bool operator <=(Revision left, Revision right) => left.CompareTo(right) <= 0;

    public static bool operator >(Revision left, Revision right) => left.CompareTo(right) > 0;

    public static bool operator >=(Revision left, Revision right) => left.CompareTo(right) >= 0;

    public int CompareTo(Revision other) => Main != other.Main ? Main.CompareTo(other.Main) : Sub.CompareTo(other.Sub);
}
