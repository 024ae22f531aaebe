namespace ActorEtcd.Apply;

/// <summary>Passes over everything.</summary>
public sealed class SilentApplyObserver : IApplyObserver
{
    public static readonly SilentApplyObserver Instance = new();

    private SilentApplyObserver()
    {
    }

    public void Applied(AppliedOp op, bool isSuccess, TimeSpan duration)
    {
    }
}
