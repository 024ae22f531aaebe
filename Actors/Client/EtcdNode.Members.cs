using System.Collections.Immutable;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>Changes of the member list. Who may make them is for the host to check, as for all that concerns the whole cluster.</summary>
public sealed partial class EtcdNode
{
    /// <summary>Adds a member; it has no name until it runs.</summary>
    public ValueTask<MembersResult> MemberAddAsync(Member member)
        => ReconfigureAsync(new MemberChange.Add(member, Settings.LearnersMax));

    public ValueTask<MembersResult> MemberRemoveAsync(MemberId id)
        => ReconfigureAsync(new MemberChange.Remove(id));

    public ValueTask<MembersResult> MemberUpdateAsync(MemberId id, ImmutableArray<string> peerUrls)
        => ReconfigureAsync(new MemberChange.Update(id, peerUrls));

    /// <summary>Makes a voter of a learner that has nearly caught up with the leader.</summary>
    public ValueTask<MembersResult> MemberPromoteAsync(MemberId id)
        => ReconfigureAsync(new MemberChange.Promote(id));

    private async ValueTask<MembersResult> ReconfigureAsync(MemberChange change)
    {
        if (Settings.StrictReconfigurationCheck)
        {
            var check = new Pending<EtcdError>();
            actors.Members.Tell(new CheckReconfiguration(change, check));
            var error = await check.Completion.ConfigureAwait(false);
            if (error != EtcdError.None)
            {
                throw new EtcdException(error);
            }
        }

        var requestId = NextRequestId();
        var payload = ConfigurationChangeCodec.Encode(change.ToConfigurationChange(requestId));
        var pending = new PendingCommand(requestId, payload, isChange: true);
        actors.Gateway.Tell(new Submit(pending));
        return (MembersResult)await pending.Completion.ConfigureAwait(false);
    }
}
