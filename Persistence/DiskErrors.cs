namespace ActorEtcd.Persistence;

/// <summary>
/// What a failed call says about the disk. The numbers are those of Linux, which .NET passes on in
/// <see cref="Exception.HResult"/>, and their like on Windows.
/// </summary>
internal static class DiskErrors
{
    private const int InputOutput = 5;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsCrc = unchecked((int)0x80070017);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>
    /// Whether what was stored is gone: the device cannot read it, or the file, or its end, is missing. Anything else, such as
    /// too many open files or a missing permission, says nothing about what is on the disk.
    /// </summary>
    public static bool IsDamage(Exception failure) =>
        failure is EndOfStreamException or FileNotFoundException
        || (failure is IOException && failure.HResult is InputOutput or WindowsCrc);

    /// <summary>Whether a write failed because there was no room for it; what had been written before is untouched.</summary>
    public static bool IsNoSpace(Exception? failure) =>
        failure is IOException
        && (failure.HResult is NoSpace or QuotaExceeded or WindowsDiskFull || IsNoSpace(failure.InnerException));
}
