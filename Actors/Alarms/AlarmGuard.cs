using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Alarms;

/// <summary>
/// What commands an active alarm refuses (etcd: <c>applierV3Corrupt</c> and <c>applierV3Capped</c> in
/// <c>etcdserver/apply</c>). Deletes and compactions pass without space, since they make room. The v2 store is another.
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
        TxnRequest txn => txn.Success.Any(TakesSpace) || txn.Failure.Any(TakesSpace),
        _ => false,
    };
}
