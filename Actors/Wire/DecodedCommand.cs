using ActorEtcd.Auth;
using ActorEtcd.Messages;

namespace ActorEtcd.Wire;

/// <summary>
/// A log entry's command with the id of the request that it answers, and on whose behalf it runs; null when it came
/// without a user.
/// </summary>
public readonly record struct DecodedCommand(ulong RequestId, RaftCommand Command, AuthInfo? Requester = null);
