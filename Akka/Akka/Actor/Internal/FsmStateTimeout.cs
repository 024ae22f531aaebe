namespace Akka.Actor.Internal;

/// <summary>The end of the time that a machine may stay in one state without an event.</summary>
internal sealed record FsmStateTimeout(FSMBase Owner, long Generation) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
