using System.Collections.Immutable;
using ActorEtcd.Raft;

namespace ActorEtcd.Members;

/// <summary>
/// A change of the member list, as it travels in a configuration change (etcd: <c>membership.ConfigChangeContext</c>).
/// </summary>
public abstract record MemberChange(MemberId Id)
{
    /// <summary>A new member, not started yet.</summary>
    /// <param name="Member">Without name and client URLs, which it tells itself once it runs.</param>
    /// <param name="LearnersMax">
    /// The most learners there may be, this one included: the limit of the member that was asked, so that it is the same
    /// on all members.
    /// </param>
    public sealed record Add(Member Member, int LearnersMax) : MemberChange(Member.Id);

    /// <summary>A learner becomes a voter.</summary>
    public sealed record Promote(MemberId Id) : MemberChange(Id);

    public sealed record Remove(MemberId Id) : MemberChange(Id);

    /// <summary>The member is reached at other URLs.</summary>
    public sealed record Update(MemberId Id, ImmutableArray<string> PeerUrls) : MemberChange(Id);

    /// <summary>The change as Raft sees it.</summary>
    public ConfigurationChange ToConfigurationChange(ulong requestId)
    {
        var kind = this switch
        {
            Add { Member.IsLearner: true } => ConfigurationChangeKind.AddLearner,
            Add or Promote => ConfigurationChangeKind.AddVoter,
            Remove => ConfigurationChangeKind.RemoveMember,
            Update => ConfigurationChangeKind.UpdateMember,
            _ => throw new InvalidOperationException($"no configuration change for {GetType()}"),
        };
        return new ConfigurationChange(
            ConfigurationChangeMode.Automatic,
            [new ConfigurationChangeStep(kind, Id)],
            MemberChangeCodec.Encode(this))
        {
            RequestId = requestId,
        };
    }
}
