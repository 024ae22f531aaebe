namespace ActorEtcd.Specs.Simulation;

/// <summary>An invariant does not hold; the message holds the seed and the state of everybody.</summary>
public sealed class SimFailedException(string message) : Exception(message);
