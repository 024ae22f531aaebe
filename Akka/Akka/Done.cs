namespace Akka;

/// <summary>The value of a task that completes without a result.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
