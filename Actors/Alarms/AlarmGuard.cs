using System.Collections.Immutable;
using ActorEtcd.Messages;
using ActorEtcd.V2;

namespace ActorEtcd.Alarms;

/// <summary>
/// What commands an active alarm refuses (etcd: <c>applierV3Corrupt</c> and <c>applierV3Capped</c> in
/// <c>etcdserver/apply</c>). Deletes and compactions pass without space, since they make room. What was asked of the v2 store is
/// done by all versions alike: such commands are refused before they are proposed, not here.
/// </summary>
public static class AlarmGuard
{
    public static EtcdError Check(RaftCommand command, ImmutableSortedSet<AlarmMember> alarms)
    {
        if (alarms.IsEmpty || command is AlarmRequest or MemberAttributesRequest or LeaseCheckpointRequest or AuthRequest or DowngradeRequest or V2Request)
        {
            return EtcdError.None;
        }

        if (alarms.Any(static alarm => alarm.Alarm == AlarmType.Corrupt))
        {
            return EtcdError.Corrupt;
        }

        return alarms.Any(static alarm => alarm.Alarm == AlarmType.NoSpace) && TakesSpace(command)
            ? EtcdError.NoSpace
            : EtcdError.None;
    }

    /// <summary>Whether applying the command may make the store larger.</summary>
    public static bool TakesSpace(RaftCommand command) => command switch
    {
        PutRequest or LeaseGrantRequest => true,
        V2Request v2 => v2.Method is V2Request.Put or V2Request.Post && v2.Refresh != true && V2Path.IsOfClients(v2.Path),
        TxnRequest txn => txn.Success.Any(TakesSpace) || txn.Failure.Any(TakesSpace),
        _ => false,
    };
}
