namespace ActorEtcd;

/// <summary>This program broke a promise of its own; the node must not go on with the state that it has.</summary>
public sealed class InvariantViolatedException(string message) : Exception(message);
