using System.Runtime.InteropServices;

namespace ActorEtcd.Host.Cli;

/// <summary>
/// A shell starts the programs behind a script's <c>&amp;</c> with SIGINT ignored, and .NET then leaves it ignored even where
/// a program asks to hear of it. etcd hears it, so that whoever stops a server by <c>kill -INT</c> finds it stopped.
/// </summary>
internal static partial class IgnoredInterrupt
{
    private const int Interrupt = 2;

    /// <summary>Gives SIGINT its meaning back. It comes before the first signal is asked for.</summary>
    public static void Restore()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Signal(Interrupt, handler: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
