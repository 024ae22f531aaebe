using ActorEtcd.V2;

namespace ActorEtcd.Messages;

/// <summary>The outcome of a <see cref="V2Request"/>: an event, a refusal, or neither for what nobody is told about.</summary>
public sealed record V2Result(long Revision, V2Event? Event, V2Error? Error) : OpResult(Revision);
