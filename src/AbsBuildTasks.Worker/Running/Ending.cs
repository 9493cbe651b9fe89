using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search;
using AbsBuildTasks.Worker.Protocol;

namespace AbsBuildTasks.Worker.Running;

/// <summary>This process's last word to the build, also where the model's code ends the process or a thread of its fails.</summary>
internal sealed class Ending : IDisposable
{
    private readonly EventWriter _events;
    private int _isTold;

    /// <summary>Begins to watch for an end that nothing else tells of.</summary>
    public Ending(EventWriter events)
    {
        _events = events;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    /// <summary>Tells the build; only the first word counts.</summary>
    public void Tell(WorkerEvent word)
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 0)
        {
            _events.Write(word);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
    }

    private void OnExit(object? sender, EventArgs arguments) => Tell(new ErrorEvent(
        AbsCodes.ModelCodeFailed,
        $"The model project's code ended the search's process with Environment.Exit{(ModelCall.Running is { } member ? $", in IAbsModel.{member} or what that calls" : "")}; throw an exception instead, so that the build can say what is wrong."));

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs arguments)
    {
        if (arguments.ExceptionObject is Exception exception)
        {
            Tell(Failures.Of(exception));
        }
    }
}
