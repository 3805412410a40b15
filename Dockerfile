# The course with bubblewrap, for machines on which student code cannot be shut off otherwise:
# macOS, Windows, and Linux where bubblewrap is not allowed. README, "In a container", has the
# commands, and says why a container needs these options to start.
#
# Debian 12 has Python 3.11, for which requirements.txt is compiled.
FROM debian:bookworm-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap libseccomp2 make python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

# An ordinary user: bubblewrap then makes its namespaces inside one of users, and needs no right of
# root's. The folder of the course is mounted over /course, and a volume over /course/.venv, which
# Docker fills with what is installed here.
RUN useradd --create-home --uid 1000 instructor && mkdir /course && chown instructor /course
USER instructor
WORKDIR /course

COPY --chown=instructor pyproject.toml requirements.txt README.md LICENSE LICENSE-CC-BY Makefile ./
COPY --chown=instructor src ./src
RUN make setup GROUPS=grading

# JupyterLab, for `make lab ARGS=--ip=0.0.0.0`.
EXPOSE 8888
CMD ["make", "doctor"]
