using System.Collections.Immutable;

namespace ActorEtcd.Members;

/// <summary>The members as the replicated state has them, by id. Immutable, so that any thread may hold one.</summary>
public sealed record MemberTable(ulong ClusterId, ImmutableSortedDictionary<MemberId, Member> Members)
{
    public static MemberTable Of(ulong clusterId, IEnumerable<Member> members)
        => new(clusterId, members.ToImmutableSortedDictionary(static m => m.Id, static m => m));

    public Member? Find(MemberId id) => Members.GetValueOrDefault(id);

    /// <summary>The table after a member has told its name and client URLs; unchanged when the member is unknown.</summary>
    public MemberTable WithAttributes(MemberId id, string name, ImmutableArray<string> clientUrls)
        => Members.TryGetValue(id, out var member)
            ? this with { Members = Members.SetItem(id, member with { Name = name, ClientUrls = clientUrls }) }
            : this;
}
