namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>What an object does when its operations come one after the other. States are immutable values.</summary>
internal interface IModel<TState, TOperation>
    where TState : notnull
{
    TState Initial { get; }

    /// <summary>Whether it leaves every state as it is.</summary>
    bool ChangesNothing(TOperation operation);

    /// <summary>
    /// The state after the operation; false when the operation cannot have had its answer in this state. An operation
    /// whose outcome is unknown fits everywhere.
    /// </summary>
    bool TryApply(TState state, TOperation operation, bool isKnown, out TState next);
}
