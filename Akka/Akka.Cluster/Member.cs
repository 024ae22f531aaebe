namespace Akka.Cluster;

/// <summary>A node as the cluster knows it. Two are equal when they are the same incarnation of a node. Immutable.</summary>
public class Member : IComparable<Member>, IComparable
{
    public static readonly IComparer<Address> AddressOrdering = Comparer<Address>.Create(CompareAddresses);

    /// <summary>By the order in which members became up, oldest first.</summary>
    public static readonly IComparer<Member> AgeOrdering = Comparer<Member>.Create(CompareAge);

    /// <summary>Who leads, first: by address, but whoever is not fully a member, or not any more, comes last.</summary>
    internal static readonly IComparer<Member> LeaderOrdering = Comparer<Member>.Create(CompareForLeader);

    private Member(
        UniqueAddress uniqueAddress, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion appVersion)
    {
        UniqueAddress = uniqueAddress;
        UpNumber = upNumber;
        Status = status;
        Roles = roles;
        AppVersion = appVersion;
    }

    public UniqueAddress UniqueAddress { get; }

    public Address Address => UniqueAddress.Address;

    public MemberStatus Status { get; }

    public ImmutableHashSet<string> Roles { get; }

    public AppVersion AppVersion { get; }

    /// <summary>The how manieth member it was to become up; the largest number while it is not.</summary>
    internal int UpNumber { get; }

    public static Member HighestPriorityOf(Member m1, Member m2)
    {
        if (m1.Status == m2.Status)
        {
            return m1.IsOlderThan(m2) ? m1 : m2;
        }

        return MemberTransitions.Rank(m1.Status) > MemberTransitions.Rank(m2.Status) ? m1 : m2;
    }

    public static ImmutableHashSet<Member> PickHighestPriority(IEnumerable<Member> a, IEnumerable<Member> b) =>
        [.. a.Concat(b).GroupBy(m => m.UniqueAddress).Select(same => same.Aggregate(HighestPriorityOf))];

    /// <summary>Which of two states of one member comes later on its way; an error when neither leads to the other.</summary>
    public static Member PickNextTransition(Member a, Member b)
    {
        if (a == null || b == null || !a.Equals(b))
        {
            throw new ArgumentException($"[{a}] and [{b}] are not the same member");
        }

        if (a.Status == b.Status)
        {
            return a;
        }

        return MemberTransitions.IsAllowed(a.Status, b.Status) ? b
            : MemberTransitions.IsAllowed(b.Status, a.Status) ? a
            : throw new ArgumentException($"Neither [{a}] nor [{b}] can follow the other");
    }

    public static ImmutableSortedSet<Member> PickNextTransition(IEnumerable<Member> a, IEnumerable<Member> b) =>
        [.. a.Concat(b).GroupBy(m => m.UniqueAddress).Select(same => same.Aggregate(PickNextTransition))];

    public bool HasRole(string role) => Roles.Contains(role);

    public bool IsOlderThan(Member other) =>
        UpNumber == other.UpNumber ? AddressOrdering.Compare(Address, other.Address) < 0 : UpNumber < other.UpNumber;

    public Member Copy(MemberStatus status)
    {
        if (status == Status)
        {
            return this;
        }

        return MemberTransitions.IsAllowed(Status, status)
            ? new Member(UniqueAddress, UpNumber, status, Roles, AppVersion)
            : throw new InvalidOperationException($"Invalid member status transition {Status} -> {status}");
    }

    public Member CopyUp(int upNumber) =>
        new Member(UniqueAddress, upNumber, Status, Roles, AppVersion).Copy(MemberStatus.Up);

    public int CompareTo(Member other) => UniqueAddress.CompareTo(other?.UniqueAddress);

    int IComparable.CompareTo(object obj) => CompareTo((Member)obj);

    public override bool Equals(object obj) => obj is Member other && UniqueAddress.Equals(other.UniqueAddress);

    public override int GetHashCode() => UniqueAddress.GetHashCode();

    public override string ToString() =>
        $"Member(address = {Address}, Uid={UniqueAddress.Uid} status = {Status}, role=[{string.Join(",", Roles.Order(StringComparer.Ordinal))}], upNumber={UpNumber}, version={AppVersion})";

    internal static Member Joining(UniqueAddress node, ImmutableHashSet<string> roles, AppVersion appVersion) =>
        new(node, int.MaxValue, MemberStatus.Joining, roles, appVersion);

    /// <summary>What stands for a node that is not a member.</summary>
    internal static Member Removed(UniqueAddress node, ImmutableHashSet<string> roles, AppVersion appVersion) =>
        new(node, int.MaxValue, MemberStatus.Removed, roles, appVersion);

    internal static Member Restore(
        UniqueAddress node, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion appVersion) =>
        new(node, upNumber, status, roles, appVersion);

    private static int CompareAddresses(Address x, Address y)
    {
        if (ReferenceEquals(x, y))
        {
            return 0;
        }

        var result = string.CompareOrdinal(x?.Host ?? string.Empty, y?.Host ?? string.Empty);
        result = result != 0 ? result : (x?.Port ?? 0).CompareTo(y?.Port ?? 0);
        return result != 0 ? result : Comparer<Address>.Default.Compare(x, y);
    }

    private static int CompareAge(Member x, Member y) => x.Equals(y) ? 0 : x.IsOlderThan(y) ? -1 : 1;

    private static int CompareForLeader(Member x, Member y)
    {
        var result = Lateness(x.Status).CompareTo(Lateness(y.Status));
        return result != 0 ? result : x.CompareTo(y);
    }

    private static int Lateness(MemberStatus status) => status switch
    {
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Joining => 2,
        MemberStatus.Exiting => 3,
        MemberStatus.Down => 4,
        _ => 0,
    };
}
