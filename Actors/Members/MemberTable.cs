using System.Collections.Immutable;

namespace ActorEtcd.Members;

/// <summary>
/// The members as the replicated state has them, by id, and the ids of those that were removed, which never come back.
/// Immutable, so that any thread may hold one.
/// </summary>
public sealed record MemberTable(ulong ClusterId, ImmutableSortedDictionary<MemberId, Member> Members)
{
    public ImmutableSortedSet<MemberId> Removed { get; init; } = [];

    public IEnumerable<Member> Voters => Members.Values.Where(static member => !member.IsLearner);

    public static MemberTable Of(ulong clusterId, IEnumerable<Member> members)
        => new(clusterId, members.ToImmutableSortedDictionary(static m => m.Id, static m => m));

    public Member? Find(MemberId id) => Members.GetValueOrDefault(id);

    public bool IsRemoved(MemberId id) => Removed.Contains(id);

    /// <summary>The table after a member has told its name and client URLs; unchanged when the member is unknown.</summary>
    public MemberTable WithAttributes(MemberId id, string name, ImmutableArray<string> clientUrls)
        => Members.TryGetValue(id, out var member)
            ? With(member with { Name = name, ClientUrls = clientUrls })
            : this;

    /// <summary>
    /// The table after a change, or why the change makes no sense (etcd: <c>ValidateConfigurationChange</c>). A function
    /// of its arguments alone: every member comes to the same result.
    /// </summary>
    public (MemberTable Table, EtcdError Error) Apply(MemberChange change)
    {
        var error = Check(change);
        if (error != EtcdError.None)
        {
            return (this, error);
        }

        var table = change switch
        {
            MemberChange.Add add => With(add.Member),
            MemberChange.Promote => With(Members[change.Id] with { IsLearner = false }),
            MemberChange.Update update => With(Members[change.Id] with { PeerUrls = update.PeerUrls }),
            MemberChange.Remove => this with { Members = Members.Remove(change.Id), Removed = Removed.Add(change.Id) },
            _ => throw new InvalidOperationException($"no rule for {change.GetType()}"),
        };
        return (table, EtcdError.None);
    }

    private EtcdError Check(MemberChange change)
    {
        var known = Find(change.Id);
        switch (change)
        {
            case MemberChange.Add when IsRemoved(change.Id):
                return EtcdError.MemberNotFound;
            case MemberChange.Add when known is not null:
                return EtcdError.MemberExist;
            case MemberChange.Add add when AreTaken(add.Member.PeerUrls, MemberId.None):
                return EtcdError.PeerURLExist;
            case MemberChange.Add { Member.IsLearner: true } add:
                return Members.Values.Count(static member => member.IsLearner) < add.LearnersMax
                    ? EtcdError.None
                    : EtcdError.TooManyLearners;
            case MemberChange.Add:
                return EtcdError.None;
            case var _ when known is null:
                return EtcdError.MemberNotFound;
            case MemberChange.Promote:
                return known.IsLearner ? EtcdError.None : EtcdError.MemberNotLearner;
            case MemberChange.Update update:
                return AreTaken(update.PeerUrls, change.Id) ? EtcdError.PeerURLExist : EtcdError.None;
            default:
                // A group without voters could never decide anything again.
                return Voters.Any(voter => voter.Id != change.Id) ? EtcdError.None : EtcdError.MemberNotEnoughStarted;
        }
    }

    private bool AreTaken(ImmutableArray<string> peerUrls, MemberId except)
        => Members.Values.Any(member => member.Id != except && member.PeerUrls.Intersect(peerUrls).Any());

    private MemberTable With(Member member) => this with { Members = Members.SetItem(member.Id, member) };
}
