using System.Diagnostics;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>A set whose elements are keys below one prefix; a read is one range over it.</summary>
internal sealed class SetModel : IModel<SetState, SetOperation>
{
    public SetState Initial => SetState.Empty;

    public bool ChangesNothing(SetOperation operation) => operation is SetOperation.Read;

    public bool TryApply(SetState state, SetOperation operation, bool isKnown, out SetState next)
    {
        next = operation switch
        {
            SetOperation.Add add => state.With(add.Element),
            SetOperation.Remove remove => state.Without(remove.Element),
            SetOperation.Read => state,
            _ => throw new UnreachableException(operation.ToString()),
        };
        return !isKnown || operation is not SetOperation.Read read
            || (read.Found.Count == state.Elements.Count && read.Found.All(state.Elements.Contains));
    }
}
