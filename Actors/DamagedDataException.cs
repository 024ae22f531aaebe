namespace ActorEtcd;

/// <summary>
/// What this member has on disk is not what it wrote, in a way that no crash explains. The message names the file and where in
/// it. A member of a cluster can get back from the others what it lost; alone it cannot.
/// </summary>
public abstract class DamagedDataException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether damage is behind a failure, at whatever depth.</summary>
    public static bool IsBehind(Exception? failure) => failure switch
    {
        null => false,
        DamagedDataException => true,
        AggregateException several => several.InnerExceptions.Any(IsBehind),
        _ => IsBehind(failure.InnerException),
    };
}
