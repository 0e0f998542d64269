// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/temp_folder.h"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace framegate::test {

inline std::string readText(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// A program that runs as a process of its own; its output goes to files.
class Program {
public:
    /// \a arguments[0] is the program's path.
    explicit Program(std::vector<std::string> arguments) {
        std::vector<char*> argv;
        for (auto& argument : arguments)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
        const auto out = (folder_ / "out").string();
        const auto err = (folder_ / "err").string();
        posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
        posix_spawn_file_actions_addopen(&files, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
        posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
    }
    ~Program() {
        if (!status_ && pid_ > 0) {
            ::kill(pid_, SIGKILL);
            wait();
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void signal(int number) const { ::kill(pid_, number); }
    /// The exit status, 128 + signal if it was killed, -1 if it never ran.
    int wait() {
        if (!status_) {
            int raw = 0;
            if (pid_ <= 0 || ::waitpid(pid_, &raw, 0) != pid_) return -1;
            status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
        }
        return *status_;
    }
    std::string out() const { return readText(folder_ / "out"); }
    std::string err() const { return readText(folder_ / "err"); }
    bool running() const {
        siginfo_t state{};
        return ::waitid(P_PID, static_cast<id_t>(pid_), &state, WEXITED | WNOHANG | WNOWAIT) == 0 &&
               state.si_pid == 0;
    }
    /// Waits until \a file holds \a text or the program is over; says whether it does.
    bool await(const std::filesystem::path& file, const std::string& text) const {
        const auto holds = [&] { return readText(file).find(text) != std::string::npos; };
        while (!holds() && running())
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        return holds();
    }
    /// The same of what it says on standard error.
    bool awaitError(const std::string& text) const { return await(folder_ / "err", text); }

private:
    TempFolder folder_;
    pid_t pid_ = -1;
    std::optional<int> status_;
};

/// What a program that ran to its end left.
struct Ran {
    int status = -1;
    std::string out;
    std::string err;
};

inline Ran runProgram(std::vector<std::string> arguments) {
    Program program(std::move(arguments));
    const int status = program.wait();
    return {status, program.out(), program.err()};
}

} // namespace framegate::test
