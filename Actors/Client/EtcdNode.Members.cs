using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>Changes of the member list.</summary>
public sealed partial class EtcdNode
{
    /// <summary>Adds a member; it has no name until it runs.</summary>
    public ValueTask<MembersResult> MemberAddAsync(Member member, Credentials credentials = default)
        => ReconfigureAsync(new MemberChange.Add(member, Settings.LearnersMax), credentials);

    public ValueTask<MembersResult> MemberRemoveAsync(MemberId id, Credentials credentials = default)
        => ReconfigureAsync(new MemberChange.Remove(id), credentials);

    public ValueTask<MembersResult> MemberUpdateAsync(
        MemberId id, ImmutableArray<string> peerUrls, Credentials credentials = default)
        => ReconfigureAsync(new MemberChange.Update(id, peerUrls), credentials);

    /// <summary>Makes a voter of a learner that has nearly caught up with the leader.</summary>
    public ValueTask<MembersResult> MemberPromoteAsync(MemberId id, Credentials credentials = default)
        => ReconfigureAsync(new MemberChange.Promote(id), credentials);

    private async ValueTask<MembersResult> ReconfigureAsync(MemberChange change, Credentials credentials)
    {
        await RequireAdminAsync(credentials).ConfigureAwait(false);
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
