using System.Collections.Immutable;

namespace ActorEtcd.Messages;

/// <summary>etcd: <c>AlarmResponse</c>.</summary>
public sealed record AlarmResult(long Revision, ImmutableArray<AlarmMember> Alarms) : OpResult(Revision);
