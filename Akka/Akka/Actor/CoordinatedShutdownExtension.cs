namespace Akka.Actor;

public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system)
    {
        var config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        var shutdown = new CoordinatedShutdown(system, ShutdownPhase.Read(config));
        AddTermination(system, config, shutdown);
        if (config.GetBoolean("run-by-clr-shutdown-hook", false))
        {
            RunAtExit(system, shutdown);
        }

        return shutdown;
    }

    private static void AddTermination(ExtendedActorSystem system, Config config, CoordinatedShutdown shutdown)
    {
        var exit = config.GetBoolean("exit-clr", false);
        if (!system.Settings.CoordinatedShutdownTerminateActorSystem)
        {
            return;
        }

        shutdown.AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            ((ActorSystemImpl)system).FinalTerminate();
            await system.WhenTerminated.ConfigureAwait(false);
            if (exit && shutdown.ShutdownReason is not CoordinatedShutdown.ClrExitReason)
            {
                Environment.Exit(0);
            }

            return Done.Instance;
        });
    }

    private static void RunAtExit(ExtendedActorSystem system, CoordinatedShutdown shutdown)
    {
        void OnExit(object sender, EventArgs args)
        {
            if (!system.WhenTerminated.IsCompleted)
            {
                shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).Wait(shutdown.TotalTimeout);
            }
        }

        AppDomain.CurrentDomain.ProcessExit += OnExit;
        system.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= OnExit);
    }
}
