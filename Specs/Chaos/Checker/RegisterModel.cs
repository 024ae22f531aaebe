using System.Diagnostics;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>One key: read, written, deleted, compared and set.</summary>
internal sealed class RegisterModel : IModel<RegisterState, RegisterOperation>
{
    public RegisterState Initial => default;

    public bool ChangesNothing(RegisterOperation operation) =>
        operation is RegisterOperation.Read or RegisterOperation.CompareAndSet { Succeeded: false };

    public bool TryApply(RegisterState state, RegisterOperation operation, bool isKnown, out RegisterState next)
    {
        next = state;
        switch (operation)
        {
            case RegisterOperation.Read read:
                return !isKnown || read.Found == state.Value;
            case RegisterOperation.Write write:
                next = new RegisterState(write.Value);
                return true;
            case RegisterOperation.CompareAndSet compare:
                bool fits = compare.Expected == state.Value;
                next = fits ? new RegisterState(compare.Value) : state;
                if (isKnown && !compare.Succeeded)
                {
                    next = state;
                }

                return !isKnown || fits == compare.Succeeded;
            default:
                throw new UnreachableException(operation.ToString());
        }
    }
}
